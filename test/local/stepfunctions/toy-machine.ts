import { type ExecutionEnd, startExecution } from "../../../local/stepfunctions/execution.ts";
import { StateFailure } from "../../../local/stepfunctions/failures.ts";
import type { ExecutionHistory } from "../../../local/stepfunctions/history.ts";
import type { InvokeOptions } from "../../../local/stepfunctions/lambda-invoker.ts";
import { loadWorkflow } from "../../../local/stepfunctions/program.ts";
import type { MachineServices, Services } from "../../../local/stepfunctions/service-call.ts";
import { TaskTokens } from "../../../local/stepfunctions/task-tokens.ts";
import { clientErrors, transientErrors } from "../../../shared/errors.ts";
import { arnOf } from "../lambda/toy-functions.ts";

export const machineArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:federation";

/** The definition that fedstep deploys, in its shape: a Map in a loop beside a loop, in a Parallel. */
export function federationDefinition(intervalSeconds = 1): object {
  const retry = {
    ErrorEquals: transientErrors,
    IntervalSeconds: intervalSeconds,
    BackoffRate: 2,
    MaxAttempts: 3,
    MaxDelaySeconds: 2,
    JitterStrategy: "FULL",
  };
  const trainClient = {
    Type: "Task",
    Resource: arnOf("train"),
    Retry: [retry],
    Catch: [{ ErrorEquals: clientErrors, Next: "ClientSilent", ResultPath: "$.error" }],
    End: true,
  };
  const silent = { Type: "Pass", Parameters: { "client.$": "$.client", "error.$": "$.error" }, End: true };
  const federation = {
    StartAt: "Round",
    States: {
      Round: {
        Type: "Map",
        ItemsPath: "$.federation.clients",
        MaxConcurrency: 40,
        ItemSelector: {
          "run.$": "$.run",
          "round.$": "$.federation.round",
          "task.$": "$.federation.task",
          "client.$": "$$.Map.Item.Value",
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "TrainClient",
          States: { TrainClient: trainClient, ClientSilent: silent },
        },
        ResultPath: "$.reports",
        Next: "AggregateRound",
      },
      AggregateRound: {
        Type: "Task",
        Resource: arnOf("aggregate"),
        Parameters: { "run.$": "$.run", "federation.$": "$.federation", "reports.$": "$.reports" },
        ResultPath: "$.federation",
        Next: "IsFederationDone",
      },
      IsFederationDone: {
        Type: "Choice",
        Choices: [{ Variable: "$.federation.done", BooleanEquals: true, Next: "FederationDone" }],
        Default: "Round",
      },
      FederationDone: { Type: "Succeed" },
    },
  };
  const baseline = {
    StartAt: "IsBaselineDone",
    States: {
      IsBaselineDone: {
        Type: "Choice",
        Choices: [{ Variable: "$.baseline.done", BooleanEquals: true, Next: "BaselineDone" }],
        Default: "TrainBaseline",
      },
      TrainBaseline: {
        Type: "Task",
        Resource: arnOf("baseline"),
        ResultPath: "$.baseline",
        Next: "IsBaselineDone",
      },
      BaselineDone: { Type: "Succeed" },
    },
  };
  return {
    StartAt: "PrepareRun",
    States: {
      PrepareRun: { Type: "Task", Resource: arnOf("prepare"), Next: "Train" },
      Train: {
        Type: "Parallel",
        Branches: [federation, baseline],
        ResultPath: "$.branches",
        Next: "FinishRun",
      },
      FinishRun: { Type: "Task", Resource: arnOf("finish"), End: true },
    },
  };
}

export const single = (state: object, input: object = { End: true }) => ({
  StartAt: "Only",
  States: { Only: { Type: "Task", Resource: arnOf("work"), ...input, ...state } },
});

type Answer = unknown;
// biome-ignore lint/suspicious/noExplicitAny: what a toy function takes is its own affair
type Toy = (input: any, attempt: number, options: InvokeOptions) => Answer | Promise<Answer>;

export interface Executed {
  readonly ending: ExecutionEnd;
  readonly history: ExecutionHistory;
  /** The functions' names in the order of their calls. */
  readonly calls: readonly string[];
}

export const failing = (name: string, message = "as asked"): never => {
  throw new StateFailure(name, JSON.stringify({ errorType: name, errorMessage: message }));
};

/** For machines that start no other execution. */
export const noStart: Services["start"] = () => Promise.reject(new Error("nothing can be started here"));

/** For machines whose tasks assume no role. */
export const noRoles: MachineServices["as"] = () => Promise.reject(new Error("no role can be assumed here"));

/** For machines that ask for nothing. */
export const noServices = {
  invoke: () => Promise.reject(new Error("nothing can be invoked here")),
  start: noStart,
  put: () => Promise.reject(new Error("nothing can be put here")),
  as: noRoles,
  tokens: new TaskTokens(),
} satisfies MachineServices;

/** What a test has its machine ask in place of nothing. */
type GivenServices = Partial<Pick<MachineServices, "start" | "put" | "tokens">> & {
  readonly as?: (roleArn: string, own: Services) => Promise<Services>;
};

/** Runs a definition with functions in this process; an attempt counts the calls of the same function so far. */
export async function execute(
  definition: object,
  functions: Readonly<Record<string, Toy>> = {},
  input: unknown = {},
  meanwhile: (execution: ReturnType<typeof startExecution>) => void = () => {},
  { as = noRoles, ...given }: GivenServices = {},
): Promise<Executed> {
  const calls: string[] = [];
  const identity = {
    arn: "arn:e",
    name: "e",
    startTime: "2026-01-02T03:04:05.678Z",
    stateMachineArn: machineArn,
    stateMachineName: "federation",
  };
  const own = {
    ...noServices,
    ...given,
    invoke: async (arn: string, payload: string, options: InvokeOptions) => {
      const name = arn.split(":").at(-1) ?? "";
      calls.push(name);
      options.started();
      const attempt = calls.filter((one) => one === name).length;
      const answer = await functions[name]?.(JSON.parse(payload), attempt, options);
      return JSON.stringify(answer ?? null);
    },
  } satisfies MachineServices;
  const services: MachineServices = { ...own, as: (roleArn) => as(roleArn, own) };
  const execution = startExecution(loadWorkflow(definition), identity, JSON.stringify(input), services);
  meanwhile(execution);
  return { ending: await execution.ended, history: execution.history, calls };
}

/** The output of a machine that succeeded; otherwise its error, so that a comparison shows it. */
export const outputOf = ({ ending }: Pick<Executed, "ending">): unknown =>
  ending.status === "SUCCEEDED" ? JSON.parse(ending.output) : ending;

export const typesOf = ({ history }: Executed): string[] => history.events.map(({ type }) => type);
