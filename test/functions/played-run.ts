import type * as z from "zod";
import { planFork } from "../../cli/run/fork.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { aggregateRound } from "../../functions/aggregate-round/aggregate-round.ts";
import { finishRun } from "../../functions/finish-run/finish-run.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import type { Invocation } from "../../functions/invocation.ts";
import { openSums } from "../../functions/open-sums/open-sums.ts";
import type { Mirrors } from "../../functions/prepare-run/fetch-mnist.ts";
import { prepareRun } from "../../functions/prepare-run/prepare-run.ts";
import { trainBaseline } from "../../functions/train-baseline/train-baseline.ts";
import { simulatedData } from "../../functions/train-client/client-data.ts";
import { trainClient } from "../../functions/train-client/train-client.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { encodeDataset } from "../../shared/dataset/dataset.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { randomStream } from "../../shared/random.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import type {
  BaselineState,
  ClientReport,
  FederationState,
  HelperReport,
  openSumsInput,
  prepareRunOutput,
  trainClientInput,
} from "../../shared/workflow/payloads.ts";
import { expensesRecord, outcomeRecord, withExpenses } from "../../shared/workflow/result-record.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import type { MemoryBucket } from "./memory-bucket.ts";

/** As the local run deploys it: owners can take part. */
const deployedHere: Deployment = { ...defaultDeployment, door: true, accounts: true };

/** 90 examples of 3 classes that a small model can tell apart: class c is bright in a third of its own. */
export function toyDataset(officialTest?: number) {
  const [classes, features, count] = [3, 12, 90];
  const noise = randomStream(7, "start");
  const y = Int32Array.from({ length: count }, (_, i) => i % classes);
  const x = new Uint8Array(count * features).map((_, i) => {
    const label = y[Math.floor(i / features)];
    return Math.floor((i % features) / 4) === label ? 160 + noise.below(90) : noise.below(60);
  });
  const split = officialTest === undefined ? {} : { officialTest };
  return { name: "toy", classes, ...split, examples: { x, y, count, features } };
}

export const toy = {
  partition: { clients: 3, otherShare: 0.2 },
  model: { hidden: [5] },
  training: { batchSize: 4 },
  federation: { rounds: 4 },
  baseline: { epochs: 4 },
};

export const toyConfig = (...set: string[]) => resolveConfig({ file: toy, set });

/** Puts the toy data set and the run's configuration where the command line would. */
export async function claimRun(
  bucket: MemoryBucket,
  run: string,
  config = toyConfig(),
  officialTest?: number,
): Promise<void> {
  const dataset = toyDataset(officialTest);
  const bytes = encodeDataset(dataset);
  const digest = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(digest), bytes);
  await bucket.objects.putRecord(keys.config(run), {
    run,
    createdAt: "2026-01-01T00:00:00.000Z",
    config,
    dataset: datasetRecordOf({ ...dataset, source: "test" }, digest),
  });
}

/** Has a run go on from a round of another one, as the command line would. */
export async function claimFork(
  bucket: MemoryBucket,
  run: string,
  of: { run: string; round: number },
  ...set: string[]
): Promise<Config> {
  const { from, config, dataset } = await planFork(bucket, of, { set });
  const record = runRecord.parse({ run, createdAt: "2026-01-02T00:00:00.000Z", config, dataset, from });
  await bucket.objects.putRecord(keys.config(run), record);
  return config;
}

/** An invocation with plenty of time; remainingMs may be replaced. */
export function invocation(remainingMs = () => 900_000): Invocation {
  return {
    usage: () => ({ count: 1, cold: 0, billedMs: 2, gbSeconds: 0.001 }),
    remainingMs,
    note: () => {},
    timed: (_phase, work) => work(),
  };
}

export interface Play {
  /** What the stack offers; what is deployed without settings where left out. */
  readonly deployment?: Deployment;
  /** Name of the execution; of interest where no command line has laid out the run. */
  readonly execution?: string;
  readonly mirrors?: Mirrors;
  /** What PrepareRun has left of its time. */
  readonly remainingMs?: number;
  /** Milliseconds that the baseline believes to have left; 0 makes it come back after every epoch. */
  readonly baselineMs?: number;
  /** Called before each of the baseline's invocations of this execution, the first being 1. */
  readonly baselineInvoked?: (nth: number) => void;
  /** Takes a client's part in a round; stands for what may happen to it. */
  readonly interfere?: (
    round: number,
    client: number,
    train: () => Promise<ClientReport>,
    input: z.output<typeof trainClientInput>,
  ) => Promise<ClientReport>;
  /** Takes a helper's part in a round, likewise. */
  readonly help?: (
    round: number,
    helper: HelperReport["helper"],
    open: () => Promise<HelperReport>,
    input: z.output<typeof openSumsInput>,
  ) => Promise<HelperReport>;
}

/** Plays the state machine's part: every step in its order, in this process. */
export async function playRun(bucket: MemoryBucket, run: string, play: Play = {}) {
  return continueRun(bucket, await preparedRun(bucket, { run }, play), play);
}

/** The same of an execution that somebody started without the command line. */
export async function playExecution(bucket: MemoryBucket, input: unknown, play: Play = {}) {
  return continueRun(bucket, await preparedRun(bucket, input, play), play);
}

/** What PrepareRun makes of an execution's input; no mirror of MNIST is there unless the play has some. */
export function preparedRun(
  { objects }: MemoryBucket,
  input: unknown,
  { deployment = deployedHere, execution = "by-hand", mirrors = noMirrors, remainingMs = 299_987 }: Play = {},
): Promise<Prepared> {
  const { arn: id, startTime } = executionOf(execution);
  const event = { input, execution: { id, name: execution, startTime } };
  return prepareRun(objects, deployment, mirrors).work(
    event,
    invocation(() => remainingMs),
  );
}

export const executionOf = (name: string) => ({
  arn: `arn:aws:states:eu-west-1:123456789012:execution:fedstep:${name}`,
  startTime: "2026-03-04T05:06:07.890Z",
});

const noMirrors = { env: { FEDSTEP_MNIST_MIRRORS: "http://127.0.0.1:2/" }, limits: { passes: 1 } };

type Prepared = z.output<typeof prepareRunOutput>;

/** The same from the state that PrepareRun, or an earlier execution, has handed on. */
export async function continueRun(
  bucket: MemoryBucket,
  prepared: Prepared,
  { baselineMs, baselineInvoked, interfere, help, deployment = deployedHere }: Play = {},
) {
  const { objects } = bucket;
  const { run, plan, writer } = prepared;
  const underWay = { run, plan, writer };
  const client = trainClient(objects, simulatedData(objects, 1e6));
  const helping = openSums(objects);
  const aggregate = aggregateRound(objects, deployment);
  let federation: FederationState = prepared.federation;
  while (federation.stage !== "done") {
    const { round, chainSha256 } = federation;
    const reports: ClientReport[] = [];
    for (const { client: id, task } of federation.participants) {
      const attempt = federation.execution.number;
      const input = { ...underWay, round, attempt, task, client: id, chainSha256 };
      const train = () => client.work(input, invocation());
      const report = await (interfere ? interfere(round, id, train, input) : train());
      // whoever forges an update says which one
      const written = interfere && bucket.contents.get(keys.update(run, round, id, attempt));
      const sha256 = written && (await sha256Hex(written));
      reports.push("error" in report || !sha256 ? report : { ...report, sha256 });
    }
    const opened: HelperReport[] = [];
    for (const helper of federation.sums === "masked" ? federation.helpers : []) {
      const input = { ...underWay, helper, federation, reports };
      const open = () => helping.work(input, invocation());
      opened.push(await (help ? help(round, helper, open, input) : open()));
    }
    const told = opened.length > 0 ? { ...federation, opened } : federation;
    federation = await aggregate.work({ ...underWay, federation: told, reports }, invocation());
  }
  let baseline: BaselineState = prepared.baseline;
  let baselineInvocations = 0;
  while (!baseline.done) {
    baselineInvocations++;
    baselineInvoked?.(baselineInvocations);
    // a new environment every time, as after a long pause
    baseline = await trainBaseline(objects, deployment).work(
      { ...underWay, baseline },
      invocation(() => baselineMs ?? 900_000),
    );
  }
  const { startedAt, usage } = prepared;
  const finish = finishRun(objects, deployment);
  const output = await finish.work({ ...underWay, startedAt, usage, federation, baseline }, invocation());
  // a look that is no request: requests are counted
  const outcome = outcomeRecord.parse(bucket.json(keys.result(run)));
  const expenses = expensesRecord.parse(bucket.json(keys.expenses(run)));
  return { result: withExpenses(outcome, expenses), baselineInvocations, output };
}
