import type { Examples } from "../shared/dataset/examples.ts";
import { keys } from "../shared/layout.ts";
import type { Agreement } from "../shared/owners/agreement.ts";
import { isFinalPass } from "../shared/owners/final-pass.ts";
import type { AnyJob } from "../shared/owners/helpers-job.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import type { RefusalName } from "../shared/owners/refusals.ts";
import { splitExamples } from "../shared/owners/split.ts";
import { hasMasks } from "../shared/secure-aggregation/settings.ts";
import { ownSeat } from "./accepted.ts";
import { stayAlone } from "./alone.ts";
import type { OwnerHome } from "./home.ts";
import { type OpenedJob, openJob } from "./job-objects.ts";
import { agreementOfJob, judgeJob, type OwnSide } from "./judge-job.ts";
import { readKept } from "./kept.ts";
import { keepModel } from "./kept-model.ts";
import { logRefusal } from "./log-refusal.ts";
import { readPolicy } from "./policy.ts";
import { assertRecomputed, type JudgedJob, recomputeModels } from "./recompute.ts";
import { orRefuse, Refused } from "./refused.ts";
import { keyOf, signAndLog, signedBefore, type Update } from "./sign-and-log.ts";
import { readTold } from "./told.ts";
import { type Bundle, type Limits, limitsOf, type TrainingWork, train } from "./train.ts";
import { whileChanging } from "./while-changing.ts";
import { withdrawn } from "./withdrawn.ts";

/** A job with what it takes. */
export interface Doing extends Pick<JudgedJob, "bringRound"> {
  readonly job: OwnersJob;
  /** What came with it, by key: plan, partition, model, state, and the metrics since the owner's last round. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Reads the owner's data by the agreed schema. */
  readonly readData: (agreed: Agreement) => Promise<Examples>;
  readonly bundle: Bundle;
  /** Whether a person has to have allowed the run, whatever the policy says. */
  readonly ask?: boolean;
  readonly at: Date;
  /** Milliseconds and bytes that training may take now, where that is less than the agreement and the machine leave it. */
  readonly bounds?: () => Limits;
  readonly signal?: AbortSignal | undefined;
}

/** What leaves for a job: an update, or the name of why there is none. */
export type Done = Update | { readonly refusal: RefusalName };

/**
 * Does what a job asks, if nothing speaks against it, neither before it trains nor when it signs. What leaves stands in the log
 * before; asked again, the same bytes leave. Of a job that is refused a name leaves, and why stands in the log. While it trains
 * it holds no lock: its owner may pause, leave, or accept a next agreement.
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

async function updateFor(home: OwnerHome, doing: Doing): Promise<Update> {
  const { job, objects, bundle, signal } = doing;
  const begun = performance.now();
  await home.log.reload();
  const { agreed } = await rulesFor(home, doing);
  const opened = await orRefuse("PlanDiffers", () => openJob(job, objects));
  const data = await orRefuse("DataMissing", async () => ownData(home, agreed, await doing.readData(agreed)));
  const side = await sideFor(home, doing, opened, data);
  const recomputed = await recomputeModels(home, doing, opened, side.policy);
  const made = await orRefuse("TrainingFailed", async () => {
    const work = await workFor(home, doing, side);
    const alone = await toldAlone(home, doing, opened, side, work);
    return {
      alone,
      written: await train(bundle, { ...work, alone }, limitsOf(agreed, doing.bounds), signal),
    };
  });
  return whileChanging(
    home,
    async () => {
      // its owner may have paused, left, or changed agreement or policy while it trained, and the policy's last day have ended
      const signing = { ...doing, at: new Date(doing.at.getTime() + performance.now() - begun) };
      const now = await sideFor(home, signing, opened, data);
      await assertRecomputed(home, doing, opened, now.policy, recomputed);
      await keepModel(home, opened);
      const { dataMac } = data;
      return orRefuse("TrainingFailed", () =>
        signAndLog(home, signing, opened, { ...made, recomputed, agreed, dataMac }),
      );
    },
    { patienceMs: signingPatienceMs, signal },
  );
}

/** Milliseconds that what is trained waits for whoever changes the home, such as one who accepts an agreement by large data. */
const signingPatienceMs = 10 * 60_000;

/** @throws Refused where the owner does nothing for the job's federation, or its agreement or policy cannot be gone by */
export async function rulesFor(
  home: OwnerHome,
  { job, ask }: { readonly job: Pick<AnyJob, "agreement">; readonly ask?: boolean | undefined },
): Promise<Pick<OwnSide, "agreed" | "policy">> {
  const gone = withdrawn(home, job.agreement.federation);
  if (gone) throw new Refused(gone);
  await orRefuse("LogRolledBack", () => readTold(home));
  const named = await agreementOfJob(home, job);
  if ("refusal" in named) throw new Refused(named.refusal);
  const { policy } = await orRefuse("PolicyInvalid", () => readPolicy(home));
  return { agreed: named.agreed, policy: { ...policy, ask: policy.ask || ask === true } };
}

/** What the owner would work on, by its rules as they are now. @throws Refused where they have anything against the job */
async function sideFor(
  home: OwnerHome,
  doing: Doing,
  opened: OpenedJob,
  data: Pick<OwnSide, "examples" | "dataMac">,
): Promise<OwnSide> {
  const { job, bundle, at } = doing;
  const today = home.log.time(at).toISOString().slice(0, 10);
  const side = { ...(await rulesFor(home, doing)), ...data, bundle, today };
  const refusal = await orRefuse("PlanDiffers", () => judgeJob(home, job, opened, side));
  if (refusal) throw new Refused(refusal);
  return side;
}

/** The data as they are now, split as it was agreed upon. */
async function ownData(
  home: OwnerHome,
  agreed: Agreement,
  examples: Examples,
): Promise<Pick<OwnSide, "examples" | "dataMac">> {
  return {
    examples: splitExamples(examples, agreed, ownSeat(home, agreed)),
    dataMac: await home.keys.macOf(examples),
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
  return { input, objects: held, examples, dataMac, secretKey: await home.keys.trainingKey() };
}

/**
 * How the model does that the owner trains alone in a run's final pass, whatever may leave of it.
 * @returns what leaves: as the policy says, or for a job that is repeated as it left before
 */
async function toldAlone(
  home: OwnerHome,
  { job, bundle, at, bounds, signal }: Doing,
  { plan }: OpenedJob,
  { agreed, policy }: OwnSide,
  work: TrainingWork,
): Promise<TrainingWork["alone"]> {
  // a run may end before anything is trained
  if (job.round === 1 || !isFinalPass(plan, job)) return undefined;
  // it is trained without noise, and its figures would tell of that; and no update of its own tells figures behind masks
  const kept = plan.privacy !== undefined || hasMasks(plan.config);
  const sums = await stayAlone(home, { agreed, config: plan.config, bundle, work, at, bounds, signal });
  const before = signedBefore(home, keyOf(plan, job));
  return (before ? before.alone === true : policy.tells.alone && !kept) ? sums : undefined;
}
