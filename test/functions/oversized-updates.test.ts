import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const bucket = new MemoryBucket();
const key = keys.update("r", 2, 1);
let honest: Uint8Array;
beforeAll(async () => {
  await claimRun(
    bucket,
    "r",
    toyConfig("federation.rounds=2", "federation.quorum=0.6", "baseline.enabled=false"),
  );
  await playRun(bucket, "r");
  honest = bucket.contents.get(key) ?? new Uint8Array();
});

/** The honest update with so many empty tensors more. */
function withEmptyTensors(count: number): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(honest);
  const empty = Array.from({ length: count }, (_, i) => ({
    name: `empty.${i}`,
    shape: [0],
    data: new Float32Array(),
  }));
  return encodeSafetensors([...tensors.values(), ...empty], metadata);
}

async function silenced(update: Uint8Array) {
  bucket.contents.set(key, update);
  bucket.reads.length = 0;
  const { silent } = await aggregateAgain(bucket, "r", 2);
  expect(silent).toMatchObject([{ client: 1, error: "ObjectInvalid" }]);
  return silent[0]?.cause;
}

describe("an update", () => {
  test("of more bytes than its plan allows is refused before any of them is read", async () => {
    expect(await silenced(withEmptyTensors(1000))).toMatch(/: has \d+ bytes, and at most \d+ are read/);
    expect(bucket.reads).not.toContain(key);
    // the others' are
    expect(bucket.reads).toContain(keys.update("r", 2, 0));
  });

  test("whose header is wrong in a thousand ways is told in a thousand characters", async () => {
    bucket.contents.set(key, honest);
    await forge(bucket, { run: "r", round: 2, client: 1 }, ({ header }) => {
      const sentSha256 = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i, ""]));
      return JSON.stringify({ ...header, sentSha256 });
    });
    const { silent } = await aggregateAgain(bucket, "r", 2);
    expect(silent).toMatchObject([{ client: 1, error: "UpdateInvalid" }]);
    expect(silent[0]?.cause).toMatch(/^updates.*Invalid string/s);
    expect(silent[0]?.cause.length).toBeLessThan(1_050);
  });

  test("whose header has taken its tensors' bytes is refused before the header is read", async () => {
    // a header of an update's whole size, were its model larger
    const config = toyConfig(
      "federation.rounds=2",
      "federation.quorum=0.6",
      "baseline.enabled=false",
      "model.hidden=[4000]",
    );
    const wide = new MemoryBucket();
    await claimRun(wide, "r", config);
    await playRun(wide, "r");
    wide.contents.set(key, withEmptyTensors(1000));
    const { silent } = await aggregateAgain(wide, "r", 2);
    expect(silent).toMatchObject([{ client: 1, error: "ObjectInvalid" }]);
    expect(silent[0]?.cause).toMatch(/a header of \d+ bytes is too long/);
  });
});
