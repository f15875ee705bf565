import { describe, expect, it } from "vitest";
import { arnOf } from "../lambda/toy-functions.ts";
import { execute, failing, federationDefinition, outputOf, single, typesOf } from "./toy-machine.ts";

const start = (clients: number[]) => ({
  run: "r",
  federation: { round: 0, task: "train", clients, done: false },
  baseline: { done: false },
});
const toys = (clients: number[], rounds: number, epochs: number) => ({
  prepare: () => start(clients),
  train: ({ client }: { client: number }) => ({ client }),
  aggregate: ({ federation }: { federation: { round: number } }) => ({
    ...federation,
    round: federation.round + 1,
    done: federation.round + 1 === rounds,
  }),
  baseline: (_: unknown, call: number) => ({ done: call === epochs }),
  finish: (state: unknown) => state,
});

function counted(types: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

describe("the history of a federation", () => {
  it("has the events that AWS would count: 2 clients, 3 rounds, 2 calls of the baseline", async () => {
    const executed = await execute(federationDefinition(), toys([0, 7], 3, 2));
    // by hand: tasks are 1 PrepareRun + 3 x (2 + 1) + 2 TrainBaseline + 1 FinishRun = 13
    expect(counted(typesOf(executed))).toEqual({
      ExecutionStarted: 1,
      TaskStateEntered: 13,
      LambdaFunctionScheduled: 13,
      LambdaFunctionStarted: 13,
      LambdaFunctionSucceeded: 13,
      TaskStateExited: 13,
      ParallelStateEntered: 1,
      ParallelStateStarted: 1,
      ParallelStateSucceeded: 1,
      ParallelStateExited: 1,
      MapStateEntered: 3,
      MapStateStarted: 3,
      MapIterationStarted: 6,
      MapIterationSucceeded: 6,
      MapStateSucceeded: 3,
      MapStateExited: 3,
      // 3 after a round, and 3 before, between and after the baseline's calls
      ChoiceStateEntered: 6,
      ChoiceStateExited: 6,
      SucceedStateEntered: 2,
      SucceedStateExited: 2,
      ExecutionSucceeded: 1,
    });
    // states entered: 13 tasks, 1 Parallel, 3 Maps, 6 Choices, 2 Succeeds
    expect(executed.history.transitions).toBe(25);
    expect(outputOf(executed)).toMatchObject({
      run: "r",
      branches: [
        { federation: { round: 3 }, reports: [{ client: 0 }, { client: 7 }] },
        { baseline: { done: true } },
      ],
    });
  });

  it("chains each event to the one before it in its branch or iteration", async () => {
    const { history } = await execute(federationDefinition(), toys([0, 7], 1, 1));
    const byId = new Map(history.events.map((event) => [event.id, event]));
    expect(history.events.map(({ id }) => id)).toEqual(history.events.map((_, index) => index + 1));
    const previousTypes = (type: string) =>
      history.events
        .filter((event) => event.type === type)
        .map((event) => byId.get(event.previousEventId)?.type);
    expect(previousTypes("MapIterationStarted")).toEqual(["MapStateStarted", "MapStateStarted"]);
    expect(previousTypes("MapIterationSucceeded")).toEqual(["TaskStateExited", "TaskStateExited"]);
    expect(previousTypes("MapStateSucceeded")).toEqual(["MapIterationSucceeded"]);
    expect(previousTypes("MapStateEntered")).toEqual(["ParallelStateStarted"]);
    expect(previousTypes("ExecutionStarted")).toEqual([undefined]);
    expect(previousTypes("ExecutionSucceeded")).toEqual(["TaskStateExited"]);
    // a branch's choice never follows the other branch's task
    const entered = (id: number): unknown => byId.get(id)?.stateExitedEventDetails;
    const choice = history.events.find(
      ({ type, previousEventId }) =>
        type === "ChoiceStateEntered" && byId.get(previousEventId)?.type === "TaskStateExited",
    );
    expect(entered(choice?.previousEventId ?? 0)).toMatchObject({
      name: expect.stringMatching(/AggregateRound|TrainBaseline/),
    });
  });

  it("tells a retry and a caught failure as AWS does", async () => {
    const definition = single({
      Retry: [
        {
          ErrorEquals: ["Twice"],
          IntervalSeconds: 0.01,
          MaxAttempts: 2,
        },
      ],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught", ResultPath: "$.error" }],
    });
    Object.assign(Reflect.get(definition, "States"), { Caught: { Type: "Pass", End: true } });
    const executed = await execute(definition, { work: () => failing("Twice", "again") }, { kept: 1 });
    const attempt = ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed"];
    expect(typesOf(executed)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      ...attempt,
      ...attempt,
      ...attempt,
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    expect(executed.history.transitions).toBe(4);
    expect(outputOf(executed)).toEqual({
      kept: 1,
      error: { Error: "Twice", Cause: '{"errorType":"Twice","errorMessage":"again"}' },
    });
  });

  it("names lambda:invoke's events after the task, and gives its answer a Payload", async () => {
    const definition = single({
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: arnOf("work"), Payload: { "value.$": "$.value" } },
      ResultSelector: { "answer.$": "$.Payload.doubled", "status.$": "$.StatusCode" },
    });
    const executed = await execute(
      definition,
      { work: ({ value }) => ({ doubled: 2 * value }) },
      { value: 21 },
    );
    expect(typesOf(executed).slice(2, 5)).toEqual(["TaskScheduled", "TaskStarted", "TaskSucceeded"]);
    expect(outputOf(executed)).toEqual({ answer: 42, status: 200 });
  });
});

describe("AWS's quotas", () => {
  const kilobytes = (count: number) => "x".repeat(count * 1024 - 2);

  it("let a payload of 256 KiB pass and end the execution with one byte more, uncatchably", async () => {
    const definition = single({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only" }] });
    const fits = await execute(definition, { work: () => kilobytes(256) });
    expect(fits.ending.status).toBe("SUCCEEDED");
    expect(fits.history.largestPayloadBytes).toBe(262_144);
    const exceeds = await execute(definition, { work: () => `${kilobytes(256)}x` });
    expect(exceeds.ending).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    expect(typesOf(exceeds).at(-1)).toBe("ExecutionFailed");
  });

  it("let a Task catch an answer that is too large by its own name, and repeat it by none", async () => {
    const calls: number[] = [];
    const machine = single({
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 3 }],
      Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], Next: "Caught", ResultPath: "$.error" }],
    });
    const States = { ...machine.States, Caught: { Type: "Pass", End: true } };
    const executed = await execute(
      { ...machine, States },
      {
        work: () => {
          calls.push(1);
          return `${kilobytes(256)}x`;
        },
      },
      {},
    );
    expect(outputOf(executed)).toMatchObject({ error: { Error: "States.DataLimitExceeded" } });
    expect(calls).toHaveLength(1);
  });

  it("count a payload in UTF-8, and a state's own output too", async () => {
    const definition = single({ ResultPath: "$.second" });
    const half = "é".repeat(70_000);
    const { ending } = await execute(definition, { work: () => half }, { first: half });
    expect(ending).toMatchObject({
      error: "States.DataLimitExceeded",
      cause: expect.stringContaining("The output of the state 'Only'"),
    });
  });

  it("end an execution with its 25,000th event, as AWS does", async () => {
    const executed = await execute(
      {
        StartAt: "Loop",
        States: {
          Loop: {
            Type: "Choice",
            Choices: [{ Variable: "$.go", BooleanEquals: true, Next: "Loop" }],
            Default: "End",
          },
          End: { Type: "Succeed" },
        },
      },
      {},
      { go: true },
    );
    expect(executed.ending).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
    });
    expect(executed.history.events).toHaveLength(25_000);
    expect(executed.history.events.at(-1)).toMatchObject({
      id: 25_000,
      previousEventId: 24_999,
      type: "ExecutionFailed",
    });
  });

  it("are far for the paper's run, which costs little", async () => {
    const clients = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const before = process.cpuUsage();
    const { history, calls } = await execute(federationDefinition(), toys(clients, 100, 10));
    const { user, system } = process.cpuUsage(before);
    // 1 + 100 x (4 + 10 x 7 + 5 + 2) + 2 x 5 tasks + 4 Parallel + 10 x 5 + 11 x 2 Choices + 2 x 2 Succeeds + 1
    expect(history.events).toHaveLength(8192);
    expect(calls).toHaveLength(1112);
    expect(history.largestPayloadBytes).toBeLessThan(0.4 * 262_144);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});
