import { createRequire } from "node:module";
import type { Template } from "aws-cdk-lib/assertions";
import type { RetryProps } from "aws-cdk-lib/aws-stepfunctions";
import { beforeAll, describe, expect, test } from "vitest";
import { whenThrottled, whenTransient } from "../../cdk/workflow/retries.ts";
import { defaultDeployment, functionNames } from "../../functions/footprints.ts";
import { clientErrors, helperErrors, transientErrors } from "../../shared/errors.ts";
import { definitionText, type Flow, outline, parseDefinition, type State, statesOf } from "./definition.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
let text: string;
let flow: Flow;
let states: Map<string, State>;
beforeAll(async () => {
  template = await synthesized();
  text = definitionText(template);
  flow = parseDefinition(text);
  states = new Map(statesOf(flow));
});

function stateNamed(name: string): State {
  const state = states.get(name);
  if (!state) throw new Error(`there is no state ${name}`);
  return state;
}

/** The states that invoke a function; ContinueRun alone calls another service. */
const invocations = () => [...states].filter(([name, { Type }]) => Type === "Task" && name !== "ContinueRun");

/** Written out, and not taken from the code: a name that goes missing there is missed here. */
const throttled =
  "again after 1, 2, 4, 8, 16, 30, 30, 30, 30, 30 s (FULL jitter) on Lambda.TooManyRequestsException";
const passing =
  "Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException, " +
  "Lambda.ClientExecutionTimeoutException, Lambda.Unknown, Sandbox.Timedout, " +
  "Runtime.ExitError, Runtime.OutOfMemory, StorageUnavailable, States.Timeout";
const faulty = `again after 1, 2, 4 s (FULL jitter) on ${passing}`;
const helperSilencing = `Lambda.TooManyRequestsException, ${passing}, ObjectMissing, ObjectInvalid, ObjectTaken`;
const silencing =
  `Lambda.TooManyRequestsException, ${passing}, ` +
  "ObjectMissing, ObjectInvalid, ObjectTaken, TrainingDiverged, TrainerMemoryExceeded, UpdateInvalid";

test("the flow, on one page, with what each state repeats and catches", () => {
  expect(outline(flow)).toBe(
    `
from IsContinued
IsContinued: Choice -> Train | PrepareRun
PrepareRun: Task of at most 330 s -> Train
  ${throttled}
  ${faulty}
Train: Parallel -> IsRunDone
  from IsFederationDone
  IsFederationDone: Choice -> NoDoor | RoundWithMasks | Round | FederationDone
  AggregateRound: Task of at most 150 s -> IsFederationDone
    ${throttled}
    ${faulty}
  Round: Map -> AggregateRound
    from TrainClient
    TrainClient: Task of at most 930 s -> end
      ${throttled}
      ${faulty}
      then ClientSilent on ${silencing}
    ClientSilent: Pass -> end
  EachHelper: Map -> AggregateRound
    from OpenSums
    OpenSums: Task of at most 150 s -> end
      ${throttled}
      ${faulty}
      then HelperSilent on ${helperSilencing}
    HelperSilent: Pass -> end
  RoundWithMasks: Map -> EachHelper
    from TrainMasked
    TrainMasked: Task of at most 930 s -> end
      ${throttled}
      ${faulty}
      then MaskedClientSilent on ${silencing}
    MaskedClientSilent: Pass -> end
  FederationDone: Pass -> end
  NoDoor: Fail
  from IsBaselineDone
  IsBaselineDone: Choice -> BaselineDone | TrainBaseline
  TrainBaseline: Task of at most 930 s -> IsBaselineDone
    ${throttled}
    ${faulty}
  BaselineDone: Pass -> end
IsRunDone: Choice -> ContinueRun | FinishRun
FinishRun: Task of at most 150 s -> end
  ${throttled}
  ${faulty}
ContinueRun: Task -> end
  again after 1, 2, 4 s (FULL jitter) on States.TaskFailed
`.trim(),
  );
});

test("Amazon's language accepts it", () => {
  // CommonJS without types of its own
  const validate: unknown = createRequire(import.meta.url)("asl-validator");
  expect(validate).toBeTypeOf("function");
  const verdict: unknown = (validate as (definition: unknown) => unknown)(JSON.parse(text));
  expect(verdict).toMatchObject({ isValid: true, errors: [] });
});

test("each function is invoked by the one state of its name, with nothing between them; clients who mask by another one", () => {
  const tasks = invocations().filter(([name]) => name !== "TrainMasked");
  expect(stateNamed("TrainMasked").Resource).toBe(stateNamed("TrainClient").Resource);
  expect(tasks.map(([name]) => name).sort()).toEqual([...functionNames].sort());
  for (const [name, { Resource }] of tasks) {
    const id = Resource?.split(":").at(-1) ?? "";
    expect(template.findResources("AWS::Lambda::Function")[id]?.Properties.FunctionName).toBe(
      `fedstep-${name}`,
    );
  }
});

test("a client sees its own part of the round, and reports into the round's list", () => {
  expect(stateNamed("Round")).toMatchObject({
    ItemsPath: "$.federation.participants",
    ItemSelector: {
      "run.$": "$.run",
      "round.$": "$.federation.round",
      "task.$": "$$.Map.Item.Value.task",
      "client.$": "$$.Map.Item.Value.client",
    },
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" } },
    MaxConcurrency: 40,
    ResultPath: "$.reports",
  });
  expect(stateNamed("TrainClient")).not.toHaveProperty("Parameters");
  expect(stateNamed("ClientSilent").Parameters).toEqual({ "client.$": "$.client", "error.$": "$.error" });
});

test("a client who masks is asked as any is, and each helper for its part, into the list of what was opened", () => {
  const [plain, masked] = [stateNamed("Round"), stateNamed("RoundWithMasks")];
  for (const field of ["ItemsPath", "ItemSelector", "MaxConcurrency", "ResultPath"]) {
    expect(masked[field], field).toEqual(plain[field]);
  }
  expect(stateNamed("EachHelper")).toMatchObject({
    ItemsPath: "$.federation.helpers",
    ItemSelector: {
      "run.$": "$.run",
      "plan.$": "$.plan",
      "helper.$": "$$.Map.Item.Value",
      "federation.$": "$.federation",
      "reports.$": "$.reports",
    },
    ResultPath: "$.federation.opened",
  });
  expect(stateNamed("HelperSilent").Parameters).toEqual({ "helper.$": "$.helper", "error.$": "$.error" });
});

test("the aggregator and the baseline get what they need of the state, and replace their part of it", () => {
  expect(stateNamed("AggregateRound")).toMatchObject({
    Parameters: { "run.$": "$.run", "federation.$": "$.federation", "reports.$": "$.reports" },
    ResultPath: "$.federation",
  });
  expect(stateNamed("TrainBaseline")).toMatchObject({
    Parameters: { "run.$": "$.run", "baseline.$": "$.baseline" },
    ResultPath: "$.baseline",
  });
  expect(stateNamed("Train")).toMatchObject({
    ResultSelector: {
      "federation.$": "States.ArrayGetItem($, 0)",
      "baseline.$": "States.ArrayGetItem($, 1)",
    },
    ResultPath: "$.trained",
  });
  expect(stateNamed("FederationDone").InputPath).toBe("$.federation");
  expect(stateNamed("BaselineDone").InputPath).toBe("$.baseline");
});

test("another execution starts with the state of this machine as it stands, under the name that the federation gave it", () => {
  expect(stateNamed("ContinueRun")).toMatchObject({
    Resource: "arn:aws:states:::states:startExecution",
    Parameters: {
      "StateMachineArn.$": "$$.StateMachine.Id",
      "Name.$": "$.trained.federation.execution.name",
      Input: {
        "run.$": "$.run",
        "startedAt.$": "$.startedAt",
        "usage.$": "$.usage",
        federation: {
          stage: "round",
          "round.$": "$.trained.federation.round",
          "participants.$": "$.trained.federation.participants",
          "ended.$": "$.trained.federation.ended",
          "best.$": "$.trained.federation.best",
          "execution.$": "$.trained.federation.execution",
          "startedAt.$": "$.trained.federation.startedAt",
          "usage.$": "$.trained.federation.usage",
        },
        "baseline.$": "$.trained.baseline",
      },
    },
  });
});

describe("errors", () => {
  test("every task repeats exactly the transient ones, with backoff up to a bound and full jitter", () => {
    for (const [name, { Retry = [] }] of invocations()) {
      const names = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect([...names].sort(), name).toEqual([...transientErrors].sort());
      for (const { JitterStrategy, BackoffRate, MaxDelaySeconds } of Retry) {
        expect([JitterStrategy, BackoffRate > 1, MaxDelaySeconds <= 30], name).toEqual(["FULL", true, true]);
      }
    }
  });

  test("throttling is repeated oftener than faults", () => {
    for (const [, { Retry = [] }] of invocations()) {
      const [throttled, faulty] = Retry;
      expect(throttled?.ErrorEquals).toEqual(["Lambda.TooManyRequestsException"]);
      expect(throttled?.MaxAttempts).toBeGreaterThan(faulty?.MaxAttempts ?? Number.POSITIVE_INFINITY);
    }
  });

  test("one client or helper alone is caught, by the names that silence it", () => {
    expect(stateNamed("TrainClient").Catch).toEqual([
      { ErrorEquals: [...clientErrors], ResultPath: "$.error", Next: "ClientSilent" },
    ]);
    expect(stateNamed("TrainMasked").Catch).toEqual([
      { ErrorEquals: [...clientErrors], ResultPath: "$.error", Next: "MaskedClientSilent" },
    ]);
    expect(stateNamed("OpenSums").Catch).toEqual([
      { ErrorEquals: [...helperErrors], ResultPath: "$.error", Next: "HelperSilent" },
    ]);
    for (const [name, state] of states) {
      if (["TrainClient", "TrainMasked", "OpenSums"].includes(name)) continue;
      expect(state, name).not.toHaveProperty("Catch");
    }
  });

  test.each([
    ["throttling", whenThrottled, 181],
    ["faults", whenTransient, 7],
  ])("the waits for %s add up to what the comment says", (_, retry, seconds) => {
    expect(longestWait(retry)).toBe(seconds);
  });
});

function longestWait({ interval, backoffRate = 1, maxDelay, maxAttempts = 0 }: RetryProps): number {
  const waits = Array.from({ length: maxAttempts }, (_, attempt) =>
    Math.min((interval?.toSeconds() ?? 0) * backoffRate ** attempt, maxDelay?.toSeconds() ?? 0),
  );
  return waits.reduce((sum, wait) => sum + wait, 0);
}

test("a task's clock runs out after its function's, so that Lambda names the time-out", () => {
  for (const name of functionNames) {
    const margin =
      (stateNamed(name).TimeoutSeconds ?? 0) - defaultDeployment.functions[name].timeoutMinutes * 60;
    expect(margin, name).toBeGreaterThan(0);
    expect(margin, name).toBeLessThanOrEqual(60);
  }
});

test("nothing that local executors are known to run otherwise than AWS", () => {
  expect(text).not.toMatch(/"ResultPath":"\$"|\$\[|QueryLanguage|JSONata|"Assign"|"Result":/);
  for (const [name, state] of statesOf(stateNamed("Round").ItemProcessor ?? flow)) {
    expect(JSON.stringify(state), name).not.toContain("$$.");
  }
});

test("every state says what it is for", () => {
  for (const [name, { Comment }] of states) expect(Comment, name).toBeTruthy();
});
