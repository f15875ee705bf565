import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { startExecution } from "../../../local/stepfunctions/execution.ts";
import { loadWorkflow } from "../../../local/stepfunctions/program.ts";
import { arnOf } from "../lambda/toy-functions.ts";
import { execute, failing, noStart, outputOf, single, typesOf } from "./toy-machine.ts";

const task = (name: string, fields: object = { End: true }) => ({
  Type: "Task",
  Resource: arnOf(name),
  ...fields,
});
const mapOf = (states: object, fields: object = {}) => ({
  StartAt: "Each",
  States: { Each: { Type: "Map", ItemProcessor: { StartAt: "Item", States: states }, End: true, ...fields } },
});
/** AWS takes whole seconds only; the executor need not wait that long here. */
const retryAtOnce = { IntervalSeconds: 0.01, BackoffRate: 1 };

describe("a Map", () => {
  it("runs so many at once and keeps the order of its items", async () => {
    let now = 0;
    let most = 0;
    const work = async ({ item }: { item: number }) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(20 - item);
      now -= 1;
      return item * 10;
    };
    const definition = mapOf(
      { Item: task("work") },
      { MaxConcurrency: 3, ItemSelector: { "item.$": "$$.Map.Item.Value" } },
    );
    const executed = await execute(definition, { work }, [0, 1, 2, 3, 4, 5, 6]);
    expect(outputOf(executed)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(most).toBe(3);
  });

  it("never runs more than AWS's 40, and nothing for no items", async () => {
    let now = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++now);
      await sleep(5);
      now -= 1;
    };
    const definition = mapOf({ Item: task("work") }, { MaxConcurrency: 50 });
    await execute(definition, { work }, Array(60).fill(1));
    expect(most).toBe(40);
    const empty = await execute(definition, { work }, []);
    expect(outputOf(empty)).toEqual([]);
    expect(typesOf(empty)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("shows iterations their item, also when it is 0, and their place", async () => {
    const definition = mapOf(
      {
        Item: {
          Type: "Pass",
          Parameters: { "value.$": "$$.Map.Item.Value", "place.$": "$$.Map.Item.Index" },
          End: true,
        },
      },
      { ItemSelector: { "selected.$": "$$.Map.Item.Value" } },
    );
    expect(outputOf(await execute(definition, {}, [0, "b"]))).toEqual([
      { value: 0, place: 0 },
      { value: "b", place: 1 },
    ]);
  });

  it("fails with the first iteration's error: waiting ones never start, a retry in another is given up", async () => {
    const definition = mapOf(
      { Item: task("work", { Retry: [{ ErrorEquals: ["Again"], IntervalSeconds: 60 }], End: true }) },
      {
        MaxConcurrency: 2,
        Catch: [{ ErrorEquals: ["QuorumNotReached"], Next: "Caught" }],
        ItemSelector: { "item.$": "$$.Map.Item.Value" },
      },
    );
    Object.assign(Reflect.get(definition, "States"), { Caught: { Type: "Wait", Seconds: 1, End: true } });
    const work = async ({ item }: { item: number }) => {
      if (item === 0) failing("Again");
      await sleep(20);
      failing("QuorumNotReached");
    };
    const executed = await execute(definition, { work }, [0, 1, 2, 3]);
    expect(outputOf(executed)).toMatchObject({ Error: "QuorumNotReached" });
    // items 2 and 3 would have been called within the second that the machine goes on for
    expect(executed.calls).toHaveLength(2);
    expect(typesOf(executed).filter((type) => /^Map(Iteration|State)(F|A)/.test(type))).toEqual([
      "MapIterationFailed",
      "MapIterationAborted",
      "MapStateFailed",
    ]);
  });

  it("is retried as a whole", async () => {
    const definition = mapOf(
      { Item: task("work") },
      { Retry: [{ ErrorEquals: ["Once"], ...retryAtOnce, MaxAttempts: 1 }] },
    );
    const executed = await execute(
      definition,
      { work: (_, call) => (call === 1 ? failing("Once") : call) },
      [0],
    );
    expect(outputOf(executed)).toEqual([2]);
  });
});

describe("a Parallel", () => {
  const parallel = (first: object, second: object, fields: object = {}) => ({
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [first, second].map((states) => ({ StartAt: Object.keys(states)[0], States: states })),
        End: true,
        ...fields,
      },
    },
  });

  it("ends a branch with its Succeed, and goes on with the other", async () => {
    const definition = parallel({ Done: { Type: "Succeed" } }, { Work: task("work") });
    const executed = await execute(definition, { work: () => sleep(30, "late") }, { a: 1 });
    expect(outputOf(executed)).toEqual([{ a: 1 }, "late"]);
  });

  it("fails by the name of a branch's error and leaves the other branch's next states alone", async () => {
    const definition = parallel(
      { First: task("first") },
      { Second: task("second", { Next: "Third" }), Third: task("third") },
    );
    const executed = await execute(definition, {
      first: () => sleep(10).then(() => failing("QuorumNotReached")),
      second: () => sleep(30),
    });
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "QuorumNotReached" });
    await sleep(60);
    expect(executed.calls).toEqual(["first", "second"]);
    expect(typesOf(executed).slice(-2)).toEqual(["ParallelStateFailed", "ExecutionFailed"]);
  });
});

describe("errors", () => {
  it("are retried by name, MaxAttempts times, each retrier on its own", async () => {
    const Retry = [
      { ErrorEquals: ["A"], ...retryAtOnce, MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], ...retryAtOnce, MaxAttempts: 2 },
    ];
    const errors = ["A", "B", "B"];
    const cured = await execute(single({ Retry }), {
      work: (_, call) => (errors[call - 1] ? failing(errors[call - 1] ?? "") : "ok"),
    });
    expect(outputOf(cured)).toBe("ok");
    const twice = await execute(single({ Retry }), { work: () => failing("A") });
    expect(twice.ending).toMatchObject({ error: "A" });
    expect(twice.calls).toHaveLength(2);
    const never = await execute(single({ Retry: Retry.slice(0, 1) }), { work: () => failing("B") });
    expect(never.calls).toHaveLength(1);
  });

  it("wait as long as interval, rate and ceiling say", async () => {
    const retry = {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 0.1,
      BackoffRate: 50,
      MaxDelaySeconds: 0.2,
      MaxAttempts: 2,
    };
    const at: number[] = [];
    const work = () => {
      at.push(performance.now());
      failing("A");
    };
    await execute(single({ Retry: [retry] }), { work });
    const [first = 0, second = 0, third = 0] = at;
    // timers may fire a millisecond early
    expect(second - first).toBeGreaterThan(98);
    expect(second - first).toBeLessThan(4000);
    // 0.1 x 50 s would be beyond the ceiling of 0.2 s
    expect(third - second).toBeGreaterThan(198);
    expect(third - second).toBeLessThan(4000);
  });

  it("of the definition's own making end the execution past States.ALL", async () => {
    const all = {
      Retry: [{ ErrorEquals: ["States.ALL"] }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only" }],
    };
    const own = await execute(single({ ...all, InputPath: "$.missing" }));
    expect(own.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    const around = mapOf({ Item: { Type: "Pass", InputPath: "$.missing", End: true } }, all);
    const definition = JSON.parse(JSON.stringify(around).replaceAll('"Only"', '"Each"'));
    const within = await execute(definition, {}, [{}]);
    expect(within.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    // caught, it would come back until the history is full
    expect(within.history.events.length).toBeLessThan(20);
  });

  it("keep a Fail state's name and cause", async () => {
    const definition = {
      StartAt: "Stop",
      States: { Stop: { Type: "Fail", Error: "Mine", Cause: "because" } },
    };
    const executed = await execute(definition);
    expect(executed.ending).toEqual({ status: "FAILED", error: "Mine", cause: "because" });
    expect(typesOf(executed)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
  });
});

describe("time", () => {
  it("of a Task ends in States.Timeout, which can be retried", async () => {
    const Retry = [{ ErrorEquals: ["States.Timeout"], ...retryAtOnce, MaxAttempts: 1 }];
    const executed = await execute(single({ TimeoutSeconds: 1, Retry }), {
      work: (_, call) => (call === 1 ? sleep(5000, "late", { ref: false }) : "in time"),
    });
    expect(outputOf(executed)).toBe("in time");
    expect(typesOf(executed)).toContain("LambdaFunctionTimedOut");
  });

  it("of a Task does not run while its invocation waits for a core", async () => {
    const identity = { arn: "a", name: "n", startTime: "", stateMachineArn: "m", stateMachineName: "s" };
    const queued = startExecution(loadWorkflow(single({ TimeoutSeconds: 1 })), identity, "{}", {
      invoke: async (_f, _p, { started }) => {
        await sleep(1200);
        started();
        return '"ok"';
      },
      start: noStart,
    });
    expect(await queued.ended).toMatchObject({ status: "SUCCEEDED" });
  });

  it("of the machine ends it as TIMED_OUT", async () => {
    const definition = { ...single({}), TimeoutSeconds: 1 };
    const executed = await execute(definition, { work: () => sleep(3000, "late", { ref: false }) });
    expect(executed.ending).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(executed.history.events.at(-1)).toMatchObject({ type: "ExecutionTimedOut", previousEventId: 0 });
  });

  it("is not waited for after a stop", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const pause = { StartAt: "Pause", States: { Pause: { Type: "Wait", Seconds: 60, End: true } } };
      await execute(pause, {}, {}, (execution) => {
        expect(vi.getTimerCount()).toBe(1);
        execution.stop(undefined, undefined);
      });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("after a stop is nobody's: no call, no retry", async () => {
    const Retry = [{ ErrorEquals: ["States.ALL"], ...retryAtOnce, MaxAttempts: 1000 }];
    const executed = await execute(single({ Retry }), { work: () => failing("A") }, {}, (execution) => {
      void sleep(100).then(() => execution.stop("Mine", "enough"));
    });
    expect(executed.ending).toEqual({ status: "ABORTED", error: "Mine", cause: "enough" });
    const calls = executed.calls.length;
    await sleep(100);
    expect(executed.calls).toHaveLength(calls);
  });
});
