import { canonicalJson } from "../shared/canonical-json.ts";
import { updateVectors } from "../shared/client/update-tensors.ts";
import type { Examples } from "../shared/dataset/examples.ts";
import { sha256Hex } from "../shared/digest.ts";
import { keys } from "../shared/layout.ts";
import { distanceOf } from "../shared/metrics/drift.ts";
import type { Agreement } from "../shared/owners/agreement.ts";
import { isFinalPass } from "../shared/owners/final-pass.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import { sentOf } from "../shared/owners/log-entry.ts";
import type { Refusal, RefusalName } from "../shared/owners/refusals.ts";
import { openStrategy } from "../shared/strategy/strategies.ts";
import { decodeTensors } from "../storage/decode-tensors.ts";
import { signUpdate } from "../storage/sign-update.ts";
import { ownSeat } from "./accepted.ts";
import { stayAlone } from "./alone.ts";
import type { OwnerHome } from "./home.ts";
import { type OpenedJob, openJob } from "./job-objects.ts";
import { agreementOfJob, judgeJob, type OwnSide } from "./judge-job.ts";
import { keepWritten, readKept } from "./kept.ts";
import { keepModel } from "./kept-model.ts";
import { readPolicy } from "./policy.ts";
import { bounded, reasonOf } from "./reason.ts";
import { splitExamples } from "./split.ts";
import { readTold } from "./told.ts";
import { type Bundle, limitsOf, type TrainingWork, train } from "./train.ts";
import { withdrawn } from "./withdrawn.ts";

/** A job with what it takes. */
export interface Doing {
  readonly job: OwnersJob;
  /** What came with it, by key: plan, partition, model, state, and the metrics since the owner's last round. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Reads the owner's data by the agreed schema. */
  readonly readData: (agreed: Agreement) => Promise<Examples>;
  readonly bundle: Bundle;
  /** Whether a person has to have allowed the run, whatever the policy says. */
  readonly ask?: boolean;
  readonly at: Date;
  readonly signal?: AbortSignal | undefined;
}

/** What leaves for a job: an update, or the name of why there is none. */
export type Done = Update | { readonly refusal: RefusalName };

interface Update {
  /** Of the object. */
  readonly key: string;
  readonly update: Uint8Array;
  /** Whether the run asks for no more. */
  readonly final: boolean;
}

/**
 * Does what a job asks, if nothing speaks against it. What leaves stands in the log before; asked again, the same bytes leave.
 * Of a job that is refused a name leaves, and why stands in the log. Whoever calls it holds the home's lock.
 */
export async function doJob(home: OwnerHome, doing: Doing): Promise<Done> {
  try {
    return await updateFor(home, doing);
  } catch (error) {
    doing.signal?.throwIfAborted();
    if (!(error instanceof Refused)) throw error;
    await logRefusal(home, doing.job, error.refusal, doing.at);
    return { refusal: error.refusal.name };
  }
}

/** Has the log say why a job is refused; once, where it is asked for again and again. */
export async function logRefusal(
  { log }: Pick<OwnerHome, "log">,
  { agreement, run, round, attempt, task }: OwnersJob,
  { name: refusal, about }: Refusal,
  at: Date,
): Promise<void> {
  const event = { event: "refused", agreement, run, round, attempt, task, refusal } as const;
  const said = { ...event, about: bounded(about) };
  const { number: _, before: __, at: ___, ...last } = log.entries.at(-1) ?? { number: 0, before: "", at: "" };
  if (canonicalJson(last) !== canonicalJson(said)) await log.append(said, at);
}

class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.about);
    this.refusal = refusal;
  }
}

/** @throws Refused by that name where the work fails, in words that stay at the owner's */
async function orRefuse<T>(name: RefusalName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused({ name, about: reasonOf(error) });
  }
}

async function updateFor(home: OwnerHome, doing: Doing): Promise<Update> {
  const { job, objects, at, bundle } = doing;
  const gone = withdrawn(home, job.agreement.federation);
  if (gone) throw new Refused(gone);
  await orRefuse("LogRolledBack", () => readTold(home));
  const named = await agreementOfJob(home, job);
  if ("refusal" in named) throw new Refused(named.refusal);
  const { agreed } = named;
  const { policy: own } = await orRefuse("PolicyInvalid", () => readPolicy(home.folder));
  const policy = { ...own, ask: own.ask || doing.ask === true };
  const opened = await orRefuse("PlanDiffers", () => openJob(job, objects));
  const data = await orRefuse("DataMissing", async () => ownData(home, agreed, await doing.readData(agreed)));
  const side = { agreed, policy, ...data, bundle, today: home.log.time(at).toISOString().slice(0, 10) };
  const refusal = await orRefuse("PlanDiffers", () => judgeJob(home, job, opened, side));
  if (refusal) throw new Refused(refusal);
  await keepModel(home, opened);
  return orRefuse("TrainingFailed", async () => {
    const work = await workFor(home, doing, side);
    const told = await toldAlone(home, doing, opened, side, work);
    const written = await train(bundle, { ...work, alone: told }, limitsOf(agreed), doing.signal);
    return signAndLog(home, doing, written, opened, { dataMac: data.dataMac, alone: told !== undefined });
  });
}

/** The data as they are now, split as it was agreed upon. */
function ownData(
  home: OwnerHome,
  agreed: Agreement,
  examples: Examples,
): Pick<OwnSide, "examples" | "dataMac"> {
  return {
    examples: splitExamples(examples, agreed, ownSeat(home, agreed)),
    dataMac: home.keys.macOf(examples),
  };
}

async function workFor(
  home: OwnerHome,
  { job, objects }: Doing,
  { examples, dataMac }: OwnSide,
): Promise<TrainingWork> {
  const { agreement: _, ...input } = job;
  const { run, round } = job;
  // nothing else that came: what it keeps is its own
  const read = [keys.plan(run), keys.global(run, round - 1), keys.roundState(run, round - 1)];
  const came = [...objects].filter(([key]) => read.includes(key));
  const held = new Map([...came, ...(await readKept(home, run))]);
  return { input, objects: held, examples, dataMac, secretKey: home.keys.trainingKey() };
}

/**
 * How the model does that the owner trains alone in a run's final pass, whatever may leave of it.
 * @returns what leaves: as the policy says, or for a job that is repeated as it left before
 */
async function toldAlone(
  home: OwnerHome,
  { job, bundle, at, signal }: Doing,
  { plan }: OpenedJob,
  { agreed, policy }: OwnSide,
  work: TrainingWork,
): Promise<TrainingWork["alone"]> {
  // a run may end before anything is trained
  if (job.round === 1 || !isFinalPass(plan, job)) return undefined;
  const sums = await stayAlone(home, { agreed, config: plan.config, bundle, work, at, signal });
  const before = sentBefore(home, keyOf(job));
  return (before ? before.alone === true : policy.tells.alone) ? sums : undefined;
}

const keyOf = ({ run, round, client, attempt }: OwnersJob) => keys.update(run, round, client, attempt);

const sentBefore = ({ log }: OwnerHome, key: string) =>
  sentOf(log.entries).find(({ object }) => object === key);

async function signAndLog(
  home: OwnerHome,
  { job, at }: Doing,
  written: ReadonlyMap<string, Uint8Array>,
  { plan: planned, global }: OpenedJob,
  { dataMac, alone }: { readonly dataMac: string; readonly alone: boolean },
): Promise<Update> {
  const { agreement, run, round, attempt, task, client, plan, chainSha256 } = job;
  const key = keyOf(job);
  const unsigned = written.get(key);
  if (!unsigned) throw new Refused({ name: "TrainingFailed", about: "what trains has made no update" });
  const before = sentBefore(home, key);
  const logHead = before?.before ?? home.log.head;
  const globalSha256 = global.weightsSha256;
  const update = await signUpdate(
    key,
    unsigned,
    { agreement, run, round, attempt, client, task, plan, chainSha256, globalSha256, logHead },
    home.keys,
  );
  const sha256 = await sha256Hex(update);
  if (before && before.sha256 !== sha256) {
    throw new Refused({ name: "LogRolledBack", about: `${key}: other bytes have left for this job before` });
  }
  await keepWritten(home, run, written, key);
  if (!before) {
    const norm = task === "train" ? normOf(key, update, planned, global.parameters) : null;
    const left = { object: key, bytes: update.length, sha256, norm };
    const of = { agreement, run, round, attempt, task, plan, chainSha256, dataMac };
    await home.log.append({ event: "sent", ...of, ...left, ...(alone && { alone }) }, at);
  }
  return { key, update, final: isFinalPass(planned, job) };
}

/** How far the update has moved from the model; null where it sends no model. */
function normOf(
  key: string,
  update: Uint8Array,
  { config, model }: OpenedJob["plan"],
  global: Float32Array,
): number | null {
  const { sends } = openStrategy(config.federation.strategy).client;
  if (!sends.model) return null;
  const { tensors } = decodeTensors(key, update, update.length);
  return distanceOf(updateVectors(model, sends, tensors).parameters, global);
}
