import { setTimeout as sleep } from "node:timers/promises";
import type * as z from "zod";
import { aggregateRound } from "../../functions/aggregate-round/aggregate-round.ts";
import { finishRun } from "../../functions/finish-run/finish-run.ts";
import { defaultDeployment, functionNames } from "../../functions/footprints.ts";
import type { Step } from "../../functions/invocation.ts";
import { openSums } from "../../functions/open-sums/open-sums.ts";
import { prepareRun } from "../../functions/prepare-run/prepare-run.ts";
import { simulatedData } from "../../functions/train-client/client-data.ts";
import { trainClient } from "../../functions/train-client/train-client.ts";
import type { Start } from "../../local/stepfunctions/execution-starter.ts";
import { StateFailure } from "../../local/stepfunctions/failures.ts";
import type { Put } from "../../local/stepfunctions/object-putter.ts";
import type { Services } from "../../local/stepfunctions/service-call.ts";
import { TaskTokens } from "../../local/stepfunctions/task-tokens.ts";
import { type OwnersJob, ownersJob } from "../../shared/owners/job.ts";
import {
  openingPayload,
  type WaitingJob,
  type WaitingOpening,
  waitingSlot,
} from "../../shared/owners/waiting-job.ts";
import { type ClientReport, type HelperReport, parsePayload } from "../../shared/workflow/payloads.ts";
import { definitionText } from "../cdk/definition.ts";
import { synthesized } from "../cdk/synthesized.ts";
import { type Executed, execute, failing } from "../local/stepfunctions/toy-machine.ts";
import type { MemoryBucket } from "./memory-bucket.ts";
import { invocation } from "./played-run.ts";

/** A job as it was left at the door, and what whoever stands there does with its token. */
export interface LeftJob extends WaitingJob {
  readonly key: string;
  beat(): void;
  done(report: ClientReport | HelperReport): void;
  decline(refusal: string): void;
}

export interface FlowRun {
  /** Stands for door and owners: called for each job that is left, once the state waits. */
  readonly owner: (left: LeftJob) => void | Promise<void>;
  /** Seconds that replace what was agreed upon, which is minutes. */
  readonly waits?: { readonly heartbeatSeconds: number; readonly timeoutSeconds: number };
  /** Stands for S3, which may refuse the job. */
  readonly refusePut?: (nth: number) => void;
  /** Stands for the functions in owners' accounts. @param by ARN of the role that invokes it @param nth time that it does so */
  readonly inAccount?: (job: OwnersJob, by: string, nth: number) => unknown;
  readonly helpers?: HelpersFlow;
}

/** The same of owners who open sums of masks. */
export interface HelpersFlow {
  readonly atDoor?: (left: LeftOpening) => void | Promise<void>;
  readonly inAccount?: (asked: OpeningPayload, by: string, nth: number) => unknown;
  /** How the stack reaches owners; at the door alone where left out. */
  readonly reached?: Reached;
}

/** A helper's job as it was left at the door. */
export type LeftOpening = WaitingOpening & Omit<LeftJob, keyof WaitingJob>;
export type OpeningPayload = z.output<typeof openingPayload>;

const ownerAccounts = "clinics=111122223000/fedstep-owner";
const settings = {
  door: { door: "true" },
  accounts: { ownerAccounts },
  both: { door: "true", ownerAccounts },
} as const;
export type Reached = keyof typeof settings;
const definitions = new Map<Reached, Promise<string>>();

/** The definition of a stack that reaches owners so. */
function definitionFor(reached: Reached): Promise<string> {
  const known = definitions.get(reached) ?? synthesized(settings[reached]).then(definitionText);
  definitions.set(reached, known);
  return known;
}

/**
 * Runs the definition that is deployed, every step with its own work in this process, from what an execution is started with.
 * @returns it, and behind it those that ContinueRun has started
 */
export async function runFlow(bucket: MemoryBucket, input: object, flow: FlowRun): Promise<Executed[]> {
  const deployment = { ...defaultDeployment, door: true, accounts: true };
  const { objects } = bucket;
  const training = trainClient(objects, simulatedData(objects, 1e6));
  const steps: Readonly<Record<string, Invoked>> = {
    PrepareRun: invoked(prepareRun(objects, deployment, { env: {} })),
    TrainClient: invoked(training),
    OpenSums: invoked(openSums(objects)),
    AggregateRound: invoked(aggregateRound(objects, deployment)),
    FinishRun: invoked(finishRun(objects, deployment)),
  };
  const functions = Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [name, (payload: unknown) => answerOf(step, payload, flow)]),
  );
  return runToys(input, functions, flow.owner, flow.refusePut, flow.inAccount, flow.helpers);
}

/** The same with functions of a test's own, by the steps' names. */
export async function runToys(
  input: object,
  functions: NonNullable<Parameters<typeof execute>[1]>,
  owner: FlowRun["owner"],
  refusePut: FlowRun["refusePut"] = () => {},
  inAccount: FlowRun["inAccount"] = nobody,
  { atDoor = nobody, inAccount: opens = nobody, reached = "door" }: HelpersFlow = {},
): Promise<Executed[]> {
  const text = (await definitionFor(reached)).replaceAll("AWS::Region", "us-east-1");
  // by their ids in the template, which begin with their names
  const ids = [...text.matchAll(/:function:(\w+)/g)].map(([, id = ""]) => id);
  const byId = Object.fromEntries(
    ids.map((id) => [id, functions[functionNames.find((name) => id.startsWith(name)) ?? ""] ?? nobody]),
  );
  const tokens = new TaskTokens();
  const answers: Promise<void>[] = [];
  let puts = 0;
  const put: Put = async ({ Key, Body }) => {
    refusePut(++puts);
    const left = waitingSlot.parse(Body);
    const beside = { key: Key, ...endings(tokens, left.token) };
    const asked =
      "reports" in left
        ? () => atDoor({ ...left, ...beside })
        : () => owner({ ...(left as WaitingJob), ...beside });
    answers.push(sleep(5).then(asked));
    return { ETag: '"e"' };
  };
  const asked = new Map<string, number>();
  const as = async (roleArn: string, own: Services): Promise<Services> => ({
    ...own,
    invoke: async (arn, payload, options) => {
      options.started();
      const nth = (asked.get(arn) ?? 0) + 1;
      asked.set(arn, nth);
      const given: unknown = JSON.parse(payload);
      const opening = openingPayload.safeParse(given);
      const answer = opening.success
        ? opens(opening.data, roleArn, nth)
        : inAccount(ownersJob.parse(given), roleArn, nth);
      return JSON.stringify((await answer) ?? null);
    },
  });
  const further: object[] = [input];
  const start: Start = async ({ name, input: next }) => {
    further.push(JSON.parse(next));
    return { executionArn: `arn:${name}`, startDate: 0 };
  };
  const executed: Executed[] = [];
  for (let next = further.shift(); next; next = further.shift()) {
    executed.push(await execute(JSON.parse(text), byId, next, undefined, { put, tokens, start, as }));
  }
  // an execution that has failed waits for nobody, and whoever is still at work finds a dead token
  const isLate = (error: unknown) => error instanceof Error && error.name === "TaskTimedOut";
  await Promise.all(
    answers.map((one) => one.catch((error) => (isLate(error) ? undefined : Promise.reject(error)))),
  );
  return executed;
}

const nobody = () => failing("Nobody", "stands in for the function");

const endings = (tokens: TaskTokens, token: string) => ({
  beat: () => tokens.beat(token),
  done: (report: ClientReport | HelperReport) => tokens.succeed(token, JSON.parse(JSON.stringify(report))),
  decline: (refusal: string) => tokens.fail(token, new StateFailure(refusal, "")),
});

type Invoked = (payload: unknown) => Promise<unknown>;

const invoked =
  <I, O>(step: Step<I, O>): Invoked =>
  (payload) =>
    step.work(parsePayload(step.input, payload, step.name), invocation());

async function answerOf(step: Invoked, payload: unknown, { waits }: FlowRun): Promise<unknown> {
  const answer: unknown = await step(payload).catch((error: Error) => failing(error.name, error.message));
  // what crosses the state machine is JSON
  return JSON.parse(JSON.stringify(answer), (name, value) =>
    name === "owners" && waits ? { ...value, ...waits } : value,
  );
}
