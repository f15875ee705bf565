import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { keys } from "../../../shared/layout.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import { MemoryBucket } from "../memory-bucket.ts";
import { executionOf, playExecution, preparedRun } from "../played-run.ts";
import { few, record, set, withToy, written } from "./asked-execution.ts";

describe("the configuration of an execution", () => {
  test("is written once, by a write that finds nothing there, and so is a data set", async () => {
    const bucket = new MemoryBucket();
    await preparedRun(bucket, { ...few, dataset: "sample" });
    const conditional = bucket.mock
      .commandCalls(PutObjectCommand)
      .map(({ args: [{ input }] }) => input)
      .filter(({ IfNoneMatch }) => IfNoneMatch === "*")
      .map(({ Key = "" }) => Key)
      .filter((key) => !/^runs\/.*\/(plan|partition|global)/.test(key));
    expect(conditional).toEqual([expect.stringMatching(/^datasets\//), keys.config("by-hand")]);
    const others = bucket.mock.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input.Key);
    expect(others.filter((key) => /^datasets\/|config\.json$/.test(key ?? ""))).toEqual(conditional);
  });

  test("is found by a repetition, which goes on from it", async () => {
    const { bucket, asked } = await withToy();
    await preparedRun(bucket, asked);
    const [first, config] = [written(bucket), bucket.contents.get(keys.config("by-hand"))];
    bucket.contents.delete(keys.plan("by-hand"));
    // the input of an execution does not change; what its first attempt has decided counts whatever it is
    const { result } = await playExecution(bucket, { ...asked, set: { seed: 7 } });
    expect(bucket.contents.get(keys.config("by-hand"))).toEqual(config);
    expect(result.config.seed).toBe(1);
    expect(written(bucket)).toEqual(expect.arrayContaining(first));
  });

  test("is one, of two attempts at once", async () => {
    const { bucket, asked } = await withToy();
    const attempts = [1, 2].map((seed) => preparedRun(bucket, { ...asked, set: { ...set, seed } }));
    const [one, two] = await Promise.all(attempts);
    expect(one?.run).toBe(two?.run);
    const { seed } = record(bucket, "by-hand").config;
    expect(planRecord.parse(bucket.json(keys.plan("by-hand"))).config.seed).toBe(seed);
  });

  test("of another execution, of an earlier one of the name, or of the command line is left alone", async () => {
    const { bucket, asked } = await withToy();
    await preparedRun(bucket, asked, { execution: "taken" });
    const own = record(bucket, "taken");
    const before = written(bucket);
    const startedBy = own.startedBy && { ...own.startedBy, execution: executionOf("else").arn };
    for (const other of [
      { ...own, startedBy },
      { ...own, createdAt: "2025-01-01T00:00:00.000Z" },
      { ...own, startedBy: undefined },
    ]) {
      await bucket.objects.putRecord(keys.config("taken"), other);
      await expect(preparedRun(bucket, asked, { execution: "taken" })).rejects.toMatchObject({
        name: "RunExists",
        message: expect.stringContaining("give the execution another name"),
      });
      expect(record(bucket, "taken").createdAt).toBe(other.createdAt);
    }
    expect(written(bucket)).toEqual(before);
  });
});
