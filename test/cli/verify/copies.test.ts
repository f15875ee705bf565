import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { saveResult } from "../../../cli/run/save.ts";
import { copiesIn } from "../../../cli/verify/copies.ts";
import { type Surroundings, verifyRun } from "../../../cli/verify/verify-run.ts";
import { keys } from "../../../shared/layout.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "../../functions/played-run.ts";
import { here } from "./here.ts";

let home: string;
let bucket: MemoryBucket;
let chainSha256: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "fedstep-copies-"));
  bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig());
  const { result } = await playRun(bucket, "r");
  chainSha256 = result.federated.chainSha256;
  await saveResult(home, result, bucket.objects);
  writeFileSync(join(home, keys.report("r")), bucket.contents.get(keys.report("r")) ?? "");
});

const findings = async (surroundings: Partial<Surroundings> = {}) =>
  (await verifyRun(bucket, "r", { ...here, copies: copiesIn(home), ...surroundings })).findings;

describe("what was brought home of a run", () => {
  test("verifies as it was written, and need not be there", async () => {
    expect(await findings()).toEqual([]);
    expect(await findings({ copies: copiesIn(join(home, "other")) })).toEqual([]);
  });

  test.each([
    keys.result("r"),
    keys.report("r"),
    keys.model("r", "federated", "model.json"),
    keys.model("r", "federated", "README.md"),
    keys.model("r", "baseline", "weights.bin"),
    keys.model("r", "baseline", "model.safetensors"),
  ])("is a finding where %s was changed", async (key) => {
    const path = join(home, key);
    const bytes = readFileSync(path);
    // a digit of a figure, or a bit of a weight
    const at = key.endsWith("result.json") ? bytes.indexOf('"accuracy": 0.') + 14 : bytes.length - 10;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect((await findings()).map((one) => one.key)).toEqual([path]);
  });

  test("is a finding where it is no JSON", async () => {
    writeFileSync(join(home, keys.result("r")), "{");
    expect((await findings()).map(({ problem }) => problem)).toEqual(["is not JSON"]);
  });
});

describe("the chain that an execution has ended with", () => {
  const remembering = (chain: string | undefined) => ({
    executionOf: async () => ({ status: "SUCCEEDED", chainSha256: chain }),
  });

  test("is that of the run's rounds", async () => {
    expect(await findings(remembering(chainSha256))).toEqual([]);
    expect((await findings(remembering("0".repeat(64)))).map(({ key }) => key)).toEqual([keys.result("r")]);
  });

  test("is said to be unknown where nobody remembers it", async () => {
    const { unchecked } = await verifyRun(bucket, "r", { ...here, ...remembering(undefined) });
    expect(unchecked.map(({ fields }) => fields)).toContainEqual(["federated.chainSha256"]);
    const known = await verifyRun(bucket, "r", { ...here, ...remembering(chainSha256) });
    expect(known.unchecked.map(({ fields }) => fields)).not.toContainEqual(["federated.chainSha256"]);
  });
});
