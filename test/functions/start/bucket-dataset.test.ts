import { describe, expect, test } from "vitest";
import { keys } from "../../../shared/layout.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import type { Result } from "../../../shared/workflow/result-record.ts";
import { MemoryBucket } from "../memory-bucket.ts";
import { claimRun, executionOf, playExecution, playRun, preparedRun, toyConfig } from "../played-run.ts";
import { record, set, withToy } from "./asked-execution.ts";

/** The chain is the run's own: it begins with the plan's seal, and so with when and by whom the run was started. */
const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];
describe("an execution over a data set of the bucket", () => {
  test("is the run that the command line would have laid out, to the bit", async () => {
    const { bucket, asked } = await withToy();
    const { result, output } = await playExecution(bucket, asked, { execution: "r" });
    const other = new MemoryBucket();
    await claimRun(other, "r", toyConfig());
    const { preset: _, ...laidOut } = (await playRun(other, "r")).result.config;
    expect(result.config).toEqual({ ...laidOut, preset: "custom" });
    expect(bits(result)).toEqual(bits((await playRun(other, "r")).result));
    expect(output).toEqual({
      run: "r",
      result: "runs/r/result.json",
      resultSeal: (bucket.json(keys.result("r")) as { seal: string }).seal,
      chainSha256: result.federated.chainSha256,
    });
  });

  test("is recorded with the execution's ARN and start, and so are plan and result", async () => {
    const { bucket, asked, dataset } = await withToy();
    const { result } = await playExecution(bucket, asked);
    const { arn, startTime } = executionOf("by-hand");
    const startedBy = { execution: arn, dataset, notes: [] };
    expect(record(bucket, "by-hand")).toMatchObject({
      run: "by-hand",
      createdAt: startTime,
      startedBy,
      dataset: { name: "toy", digest: dataset, source: "bucket", examples: 90, element: "uint8" },
    });
    expect(planRecord.parse(bucket.json(keys.plan("by-hand"))).startedBy).toEqual(startedBy);
    expect(result.startedBy).toEqual(startedBy);
  });

  test("of data owners has the owners for its clients", async () => {
    const owners = ["alder", "birch"].map((name, i) => ({ name, examples: 40 + 10 * i }));
    const { bucket, dataset } = await withToy(owners);
    const { "partition.clients": _, "partition.otherShare": __, ...rest } = set;
    const asked = { preset: "custom", set: rest, dataset };
    const { result } = await playExecution(bucket, asked);
    expect(result.config.partition).toEqual({ kind: "natural-id", clients: 2 });
    expect(result.clients.map(({ train, heldOut }) => train + heldOut)).toEqual([40, 50]);
    await expect(
      preparedRun(bucket, { ...asked, set: { "partition.kind": "iid" } }, { execution: "other" }),
    ).rejects.toMatchObject({ name: "ConfigInvalid", message: expect.stringMatching(/^partition\.kind: /) });
  });

  test("whose bytes are not what the digest says ends by name", async () => {
    const { bucket, asked, dataset } = await withToy();
    const bytes = bucket.contents.get(keys.dataset(dataset));
    if (bytes) bytes[bytes.length - 1] = 1;
    await expect(preparedRun(bucket, asked)).rejects.toMatchObject({ name: "ObjectInvalid" });
  });
});
