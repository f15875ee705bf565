import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { alive, eventually, toyFunction, toyLambda } from "./toy-functions.ts";

const one = async (folder: string) => [await toyFunction(folder)];

interface Interval {
  from: number;
  to: number;
  pid: number;
}

/** How many of the intervals overlap at most. */
function mostAtOnce(intervals: readonly Interval[]): number {
  const at = (time: number) => intervals.filter(({ from, to }) => from <= time && time < to).length;
  return Math.max(...intervals.map(({ from }) => at(from)));
}

describe("execution environments", () => {
  it("see Lambda's variables, the function's and the endpoint's, and none of ours", async () => {
    process.env.FEDSTEP_TEST_SECRET = "ours";
    process.env.AWS_PROFILE = "somebody";
    await using lambda = await toyLambda(
      async (folder) => [
        await toyFunction(folder, { environment: { BUCKET: "b", AWS_ENDPOINT_URL_S3: "cloud" } }),
      ],
      { environment: { AWS_ENDPOINT_URL_S3: "local" } },
    );
    const { value } = await lambda.invoke({ do: "variables" });
    delete process.env.FEDSTEP_TEST_SECRET;
    delete process.env.AWS_PROFILE;
    expect(value).toMatchObject({
      BUCKET: "b",
      AWS_ENDPOINT_URL_S3: "local",
      AWS_REGION: "eu-central-1",
      AWS_LAMBDA_FUNCTION_NAME: "toy",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/toy",
      _HANDLER: "index.handler",
    });
    expect(value._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
    expect(value.AWS_EXECUTION_ENV).toMatch(/^AWS_Lambda_nodejs\d+\.x$/);
    expect(value).not.toHaveProperty("FEDSTEP_TEST_SECRET");
    expect(value).not.toHaveProperty("AWS_PROFILE");
    expect(value.HOME).not.toBe(process.env.HOME);
  });

  it("have a Runtime API and a temporary directory each", async () => {
    await using lambda = await toyLambda(one);
    // two at once make two environments
    await Promise.all([lambda.invoke({ do: "wait", ms: 300 }), lambda.invoke({ do: "wait", ms: 300 })]);
    const both = (behaviour: string) =>
      Promise.all([lambda.invoke({ do: behaviour }), lambda.invoke({ do: behaviour })]);
    const variables = (await both("variables")).map(({ value }) => value);
    expect(new Set(variables.map((value) => value.AWS_LAMBDA_RUNTIME_API)).size).toBe(2);
    expect(new Set(variables.map((value) => value.TMPDIR)).size).toBe(2);
    const answers = await Promise.all(["a", "b", "c", "d"].map((mark) => lambda.invoke({ mark })));
    expect(answers.map(({ value }) => value.event.mark)).toEqual(["a", "b", "c", "d"]);
  });

  it("execute no more at once than allowed, over all functions, first come first served", async () => {
    await using lambda = await toyLambda(
      async (folder) => [await toyFunction(folder), await toyFunction(folder, { name: "other" })],
      { environments: 2 },
    );
    const answers = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6].map((index) =>
        lambda.invoke({ do: "wait", ms: 60 }, { FunctionName: index % 2 === 0 ? "toy" : "other" }),
      ),
    );
    const intervals: Interval[] = answers.map(({ value }) => value);
    expect(mostAtOnce(intervals)).toBe(2);
    const starts = intervals.map(({ from }) => from);
    // two run at once, so neighbours may swap, and nobody is overtaken by more
    expect(starts.every((start, index) => starts.slice(index + 2).every((later) => later >= start))).toBe(
      true,
    );
    // a resting environment of the same function is used again before another one is started
    expect(new Set(intervals.map(({ pid }) => pid)).size).toBeLessThanOrEqual(4);
  });

  it("rest in bounded number: the one that rested longest goes", async () => {
    const names = ["a", "b", "c", "d", "e"];
    await using lambda = await toyLambda(
      (folder) => Promise.all(names.map((name) => toyFunction(folder, { name }))),
      { environments: 1 },
    );
    const pids: number[] = [];
    for (const FunctionName of names) pids.push((await lambda.invoke({}, { FunctionName })).value.pid);
    // one process each is within the bound
    expect(pids.every(alive)).toBe(true);
    for (const FunctionName of names) {
      expect((await lambda.invoke({}, { FunctionName })).value.calls).toBe(2);
    }
  });

  it("write START, output, END and REPORT into one file per environment", async () => {
    await using lambda = await toyLambda(one);
    await lambda.invoke({ do: "print", text: "first" });
    await lambda.invoke({ do: "print", text: "second" });
    const [cold, warm] = lambda.endpoint.reports;
    const mb = (value = 0) => `Memory Size: 256 MB\tMax Memory Used: ${value} MB`;
    expect(await lambda.logs("toy")).toBe(
      [
        `INIT_START Runtime Version: node.${process.versions.node}`,
        `START RequestId: ${cold?.requestId} Version: $LATEST`,
        "first",
        "error side of first",
        `END RequestId: ${cold?.requestId}`,
        `REPORT RequestId: ${cold?.requestId}\tDuration: ${cold?.durationMs.toFixed(2)} ms\tBilled Duration: ${cold?.billedMs} ms\t${mb(cold?.maxMemoryMb)}\tInit Duration: ${cold?.initMs.toFixed(2)} ms`,
        `START RequestId: ${warm?.requestId} Version: $LATEST`,
        "second",
        "error side of second",
        `END RequestId: ${warm?.requestId}`,
        `REPORT RequestId: ${warm?.requestId}\tDuration: ${warm?.durationMs.toFixed(2)} ms\tBilled Duration: ${warm?.billedMs} ms\t${mb(warm?.maxMemoryMb)}`,
        "",
      ].join("\n"),
    );
  });

  it("are all gone after close, whatever they were doing", async () => {
    const lambda = await toyLambda(one);
    const resting = (await lambda.invoke({})).value.pid;
    const file = `${lambda.folder}/pid`;
    const hanging = lambda.invoke({ do: "spin", file }).catch((error: Error) => error.name);
    await eventually("the function spins", async () => (await readFile(file, "utf8").catch(() => "")) !== "");
    const spinning = Number(await readFile(file, "utf8"));
    expect([resting, spinning].filter(alive)).not.toEqual([]);
    await lambda[Symbol.asyncDispose]();
    expect([resting, spinning].filter(alive)).toEqual([]);
    await hanging;
  });
});
