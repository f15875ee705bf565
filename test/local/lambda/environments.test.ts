import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Dispatcher } from "../../../local/lambda/dispatcher.ts";
import type { InvocationReport } from "../../../local/lambda/lambda.ts";
import { startOrphanGuard } from "../../../local/lambda/orphan-guard.ts";
import { someCredentials } from "../signing.ts";
import { alive, eventually, temporaryFolder, toyFunction, toyLambda } from "./toy-functions.ts";

const failNow = (): never => {
  throw new Error("there is no such function");
};
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
        await toyFunction(folder, { environment: { BUCKET: "b", AWS_ENDPOINT_URL: "cloud" } }),
      ],
      { environment: { AWS_ENDPOINT_URL: "local" } },
    );
    const { value } = await lambda.invoke({ do: "variables" });
    delete process.env.FEDSTEP_TEST_SECRET;
    delete process.env.AWS_PROFILE;
    expect(value).toMatchObject({
      BUCKET: "b",
      AWS_ENDPOINT_URL: "local",
      AWS_REGION: "eu-central-1",
      AWS_LAMBDA_FUNCTION_NAME: "toy",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/toy",
      _HANDLER: "index.handler",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^.{40}$/),
      AWS_SESSION_TOKEN: expect.stringMatching(/^.{256}$/),
    });
    expect(value._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
    expect(value.AWS_EXECUTION_ENV).toBe("AWS_Lambda_nodejs24.x");
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

  it("execute no more at once than allowed, over all functions", async () => {
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
    // a resting environment of the same function is used again before another one is started
    expect(new Set(intervals.map(({ pid }) => pid)).size).toBeLessThanOrEqual(4);
  });

  it("are announced once, when they have initialized", async () => {
    const announced: [number, string][] = [];
    await using lambda = await toyLambda(one, {
      initialized: (pid, { name }) => announced.push([pid, name]),
    });
    const { value } = await lambda.invoke({});
    expect(announced).toEqual([[value.pid, "toy"]]);
    await lambda.invoke({});
    expect(announced).toHaveLength(1);
  });

  it("serve first who came first, and drop who has gone", async () => {
    await using folder = await temporaryFolder();
    const functions = await Promise.all(["a", "b"].map((name) => toyFunction(folder.path, { name })));
    const guard = startOrphanGuard();
    const reports: InvocationReport[] = [];
    const dispatcher = new Dispatcher({
      environments: 1,
      processes: 2,
      logsOf: () => folder.path,
      extra: {},
      credentialsOf: someCredentials,
      guard,
      failed: () => {},
      report: (report) => reports.push(report),
    });
    const gone = new AbortController();
    const requests = [0, 1, 0, 1, 1, 0].map((which, index) => {
      const fn = functions[which] ?? failNow();
      const caller = { requestId: String(index), ...(index === 2 && { gone: gone.signal }) };
      return dispatcher.invoke(fn, Buffer.from("{}"), caller);
    });
    expect(dispatcher.concurrent).toBe(6);
    gone.abort();
    const results = await Promise.allSettled(requests);
    expect(results.map(({ status }) => status === "fulfilled")).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
    ]);
    expect(reports.map(({ requestId }) => requestId)).toEqual(["0", "1", "3", "4", "5"]);
    expect(reports.map(({ coldStart }) => coldStart)).toEqual([true, true, false, false, false]);
    await dispatcher.close();
    guard.close();
  });

  it("rest in bounded number: the one that rested longest goes", async () => {
    await using folder = await temporaryFolder();
    const functions = await Promise.all(["a", "b", "c"].map((name) => toyFunction(folder.path, { name })));
    const guard = startOrphanGuard();
    const options = {
      environments: 1,
      processes: 2,
      logsOf: () => folder.path,
      extra: {},
      credentialsOf: someCredentials,
      guard,
      failed: () => {},
    };
    const dispatcher = new Dispatcher({ ...options, report: () => {} });
    const pids = new Map<string, number>();
    const call = async (which: number) => {
      const fn = functions[which] ?? failNow();
      const { payload } = await dispatcher.invoke(fn, Buffer.from("{}"));
      const { pid, calls } = JSON.parse(payload.toString());
      pids.set(fn.name, pid);
      return calls;
    };
    expect([await call(0), await call(1), await call(0)]).toEqual([1, 1, 2]);
    // c needs a place, and of the two that rest b has rested longer
    expect(await call(2)).toBe(1);
    await eventually("b is gone", () => !alive(pids.get("b") ?? 0));
    expect([await call(0), await call(2), await call(1)]).toEqual([3, 2, 1]);
    await dispatcher.close();
    guard.close();
    expect([...pids.values()].filter(alive)).toEqual([]);
  });

  it("write START, output, END and REPORT into one file per environment", async () => {
    await using lambda = await toyLambda(one);
    await lambda.invoke({ do: "print", text: "first" });
    await lambda.invoke({ do: "print", text: "second" });
    const [cold, warm] = lambda.reports;
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

  it("do not start any more once the endpoint closes", async () => {
    await using folder = await temporaryFolder();
    const fn = await toyFunction(folder.path);
    const guard = startOrphanGuard();
    const options = {
      environments: 1,
      processes: 1,
      logsOf: () => folder.path,
      extra: {},
      credentialsOf: someCredentials,
      guard,
      failed: () => {},
    };
    const dispatcher = new Dispatcher({ ...options, report: () => {} });
    const begun = dispatcher.invoke(fn, Buffer.from('{"do":"hang"}'));
    // the environment exists, and its process not yet
    await dispatcher.close();
    expect((await begun).errorType).toBe("Runtime.ExitError");
    await expect(dispatcher.invoke(fn, Buffer.from("{}"))).rejects.toThrow("closing");
    guard.close();
  });

  it("make place for another before their credentials end, and not while they work", async () => {
    const timeoutSeconds = 60;
    let seconds = timeoutSeconds + 11;
    const credentialsOf = () => ({ ...someCredentials(), expiresAt: Date.now() + seconds * 1000 });
    await using lambda = await toyLambda(async (folder) => [await toyFunction(folder, { timeoutSeconds })], {
      credentialsOf,
    });
    const pid = async () => (await lambda.invoke({})).value.pid;
    const first = await pid();
    expect(await pid()).toBe(first);
    // ten seconds to initialize, a minute to work, and one second until the first one's do not last for that
    await sleep(1100);
    seconds = timeoutSeconds + 9;
    const second = await pid();
    expect(second).not.toBe(first);
    expect(await pid()).not.toBe(second);
    await eventually("the outdated ones are gone", () => ![first, second].some(alive));
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
