import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { StateFailure } from "../../../local/stepfunctions/failures.ts";
import { loadWorkflow } from "../../../local/stepfunctions/program.ts";
import type { Services } from "../../../local/stepfunctions/service-call.ts";
import { arnOf } from "../lambda/toy-functions.ts";
import { execute, outputOf, single } from "./toy-machine.ts";

const roleOf = (account: string) => `arn:aws:iam::${account}:role/Invoke`;
const hospital = roleOf("111122223333");
const clinic = roleOf("444455556666");
const invoke = "arn:aws:states:::lambda:invoke";

/** Runs a definition, and tells which roles made which calls. */
async function run(definition: object, input?: unknown) {
  const calls: (readonly [roleArn: string, functionName: string, payload: unknown])[] = [];
  const as = async (roleArn: string, own: Services): Promise<Services> => ({
    ...own,
    invoke: async (name, payload, options) => {
      calls.push([roleArn, name, JSON.parse(payload)]);
      return own.invoke(name, payload, options);
    },
  });
  const echo = { work: (given: unknown) => given };
  const executed = await execute(definition, echo, input, undefined, { as });
  return { ...executed, calls };
}

describe("a Task's role", () => {
  const work = arnOf("work");
  const dynamic = { "RoleArn.$": "$.owner.role" };
  const owner = { role: clinic };
  test.each<[string, object, unknown, [string, unknown]]>([
    ["is the one that is named", { Credentials: { RoleArn: hospital } }, { a: 1 }, [hospital, { a: 1 }]],
    ["is read from the input", { Credentials: dynamic }, { owner, a: 1 }, [clinic, { owner, a: 1 }]],
    [
      "is read behind InputPath",
      { InputPath: "$.in", Credentials: dynamic },
      { in: { owner, a: 1 }, owner: { role: hospital } },
      [clinic, { owner, a: 1 }],
    ],
    [
      "is read from what Parameters read, and not from what they make",
      { Parameters: { "a.$": "$.a", owner: { role: hospital } }, Credentials: dynamic },
      { owner, a: 1 },
      [clinic, { owner: { role: hospital }, a: 1 }],
    ],
    [
      "is read from the context object",
      { Credentials: { "RoleArn.$": "$$.Execution.Input.owner.role" } },
      { owner },
      [clinic, { owner }],
    ],
    [
      "is made by an intrinsic function",
      { Credentials: { "RoleArn.$": "States.Format('arn:aws:iam::{}:role/Invoke', $.account)" } },
      { account: "444455556666" },
      [clinic, { account: "444455556666" }],
    ],
    ["leaves a list as it is", { Credentials: { RoleArn: hospital } }, [1, 2], [hospital, [1, 2]]],
    ["leaves a text as it is", { Credentials: { RoleArn: hospital } }, "text", [hospital, "text"]],
  ])("%s", async (_, state, input, [role, payload]) => {
    const { calls, ending } = await run(single(state), input);
    expect(outputOf({ ending })).toEqual(payload);
    expect(calls).toEqual([[role, work, payload]]);
  });

  test("makes an optimized call too, of another account's function by path", async () => {
    const theirs = "arn:aws:lambda:us-east-1:444455556666:function:work";
    const state = {
      Resource: invoke,
      Parameters: { "FunctionName.$": "$.function", Payload: { "round.$": "$.round" } },
      Credentials: dynamic,
      OutputPath: "$.Payload",
    };
    const { calls, history, ending } = await run(single(state), { owner, function: theirs, round: 3 });
    expect(outputOf({ ending })).toEqual({ round: 3 });
    expect(calls).toEqual([[clinic, theirs, { round: 3 }]]);
    const scheduled = history.events.find(({ type }) => type === "TaskScheduled");
    expect(scheduled?.taskScheduledEventDetails).toMatchObject({
      taskCredentials: { roleArn: clinic },
      parameters: JSON.stringify({ FunctionName: theirs, Payload: { round: 3 } }),
    });
  });

  test("differs from iteration to iteration", async () => {
    const item = {
      Type: "Task",
      Resource: work,
      Credentials: { "RoleArn.$": "$$.Map.Item.Value" },
      End: true,
    };
    const ItemProcessor = { StartAt: "Item", States: { Item: item } };
    const definition = { StartAt: "Each", States: { Each: { Type: "Map", ItemProcessor, End: true } } };
    const { calls } = await run(definition, [hospital, clinic]);
    expect(calls.map(([role, , payload]) => [role, payload]).sort()).toEqual([
      [hospital, hospital],
      [clinic, clinic],
    ]);
  });

  test("stands in the history, and nothing does where there is none", async () => {
    const details = async (state: object) => {
      const { history } = await run(single(state));
      return history.events.find(({ type }) => type === "LambdaFunctionScheduled")
        ?.lambdaFunctionScheduledEventDetails;
    };
    const credentials = { taskCredentials: { roleArn: hospital } };
    expect(await details({ Credentials: { RoleArn: hospital } })).toMatchObject(credentials);
    expect(await details({})).not.toHaveProperty("taskCredentials");
  });

  test.each([[{}], [{ owner: { role: 7 } }], [{ owner: { role: "Invoke" } }]])(
    "that the input %j does not have ends the execution",
    async (input) => {
      const { calls, ending } = await run(single({ Credentials: dynamic }), input);
      expect(ending).toMatchObject({ status: "FAILED" });
      expect(calls).toEqual([]);
    },
  );
});

test("a role that may not be assumed is met by Retry and Catch", async () => {
  let attempts = 0;
  const as = () => {
    attempts += 1;
    return Promise.reject(new StateFailure("States.TaskFailed", "The role may not."));
  };
  const ErrorEquals = ["States.TaskFailed"];
  const definition = {
    StartAt: "Only",
    States: {
      Only: {
        Type: "Task",
        Resource: arnOf("work"),
        Credentials: { RoleArn: hospital },
        Retry: [{ ErrorEquals, MaxAttempts: 1, IntervalSeconds: 1 }],
        Catch: [{ ErrorEquals, Next: "Silent" }],
        End: true,
      },
      Silent: { Type: "Pass", End: true },
    },
  };
  const executed = await execute(definition, {}, {}, undefined, { as });
  expect(outputOf(executed)).toEqual({ Error: "States.TaskFailed", Cause: "The role may not." });
  expect(attempts).toBe(2);
  expect(executed.calls).toEqual([]);
});

test("a call whose role came too late is not made", async () => {
  let assumed = () => {};
  const waiting = new Promise<void>((resolve) => {
    assumed = resolve;
  });
  let asked = () => {};
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const as = async (_: string, own: Services) => {
    asked();
    await waiting;
    return own;
  };
  const stopped = async (execution: { stop(error: undefined, cause: undefined): void }) => {
    await reached;
    execution.stop(undefined, undefined);
    assumed();
  };
  const definition = single({ Credentials: { RoleArn: hospital } });
  const { ending, calls } = await execute(definition, {}, {}, (one) => void stopped(one), { as });
  expect(ending.status).toBe("ABORTED");
  await setImmediate();
  expect(calls).toEqual([]);
});

describe("Credentials are refused by state and field", () => {
  test.each<[string, unknown, string]>([
    ["with another field", { RoleArn: hospital, ExternalId: "x" }, "Only: Credentials.ExternalId: would be"],
    ["without a role", {}, "Only: Credentials: needs RoleArn or RoleArn.$"],
    ["with two", { RoleArn: hospital, "RoleArn.$": "$.r" }, "Only: Credentials: needs RoleArn or RoleArn.$"],
    ["with a role's name", { RoleArn: "Invoke" }, "Only: Credentials.RoleArn: Invoke is no role's ARN"],
    ["with a user's ARN", { RoleArn: "arn:aws:iam::111122223333:user/a" }, "Only: Credentials.RoleArn"],
    [
      "with several roles",
      { "RoleArn.$": "$..role" },
      "Only: Credentials.RoleArn.$: $..role can select several",
    ],
    [
      "with what is not here",
      { "RoleArn.$": "$$.State.Name" },
      "Only: Credentials.RoleArn.$: $$.State.Name is not",
    ],
  ])("%s", (_, Credentials, what) => {
    expect(() => loadWorkflow(single({ Credentials }))).toThrow(what);
  });

  test("that are not a Task's", () => {
    const Credentials = { RoleArn: hospital };
    expect(() => loadWorkflow(single({ Type: "Pass", Resource: undefined, Credentials }))).toThrow(
      "Only: Credentials: would be ignored here",
    );
  });
});
