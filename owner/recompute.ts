import { isDeepStrictEqual } from "node:util";
import { FedstepError, objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import { knownBefore, type StoredMetrics } from "../shared/owners/judge-chain.ts";
import type { LogEntry } from "../shared/owners/log-entry.ts";
import type { Policy } from "../shared/owners/policy.ts";
import { type CountedRound, type RecomputedFrom, recomputedFrom } from "../shared/owners/recomputed-round.ts";
import type { RefusalName } from "../shared/owners/refusals.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import type { RoundStart } from "../shared/rounds/open-round.ts";
import { participantsWhere } from "../shared/rounds/participants.ts";
import { assertEnoughInSum } from "../shared/secure-aggregation/minimum.ts";
import type { MasksOpened } from "../shared/secure-aggregation/records.ts";
import { chainAfter, roundLink } from "../shared/workflow/chain.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { type RoundMetrics, roundMetrics } from "../shared/workflow/round-records.ts";
import { type HeldBytes, holdObjects } from "../storage/held-objects.ts";
import { type LinkedGlobal, readLinkedGlobal } from "../storage/model-objects.ts";
import type { Objects } from "../storage/objects.ts";
import { readState } from "../storage/strategy-objects.ts";
import { againOf, type DecidedUpdates, takeMasked } from "../storage/taken-round.ts";
import type { OwnerHome } from "./home.ts";
import type { OpenedJob } from "./job-objects.ts";
import { Refused } from "./refused.ts";
import { sizesOf } from "./wanted-objects.ts";

/** A round whose model is recomputed, and the most bytes of each object that takes. */
export interface RoundToBring {
  readonly round: number;
  readonly sizes: ReadonlyMap<string, number>;
}

/** A job whose plan, round and chain have been judged. */
export interface JudgedJob {
  readonly job: OwnersJob;
  /** Brings what a round was made of; left out where there is nobody to ask for it. */
  readonly bringRound?: ((asked: RoundToBring) => Promise<HeldBytes>) | undefined;
}

/**
 * Recomputes, as far as the owner's policy asks for it, how the model came to be that a job brings: from the masked updates that
 * their owners have signed, and from the sums that helpers have opened and signed, of each round since the owner's own last one.
 * Its own model is where that one began, so that with `always` every model follows from the run's start.
 * @returns the rounds that were recomputed
 * @throws Refused where that cannot be done, or comes to another model
 */
export async function recomputeModels(
  { keys: own, log }: Pick<OwnerHome, "keys" | "log">,
  judged: JudgedJob,
  { plan, since }: Pick<OpenedJob, "plan" | "since">,
  policy: Policy,
): Promise<number[]> {
  const recomputed: number[] = [];
  for (const one of roundsSince(judged.job, plan, since, log.entries)) {
    if (!(await asksFor(policy, own, judged.job, one))) continue;
    await recomputeRound(judged, plan, one, policy);
    recomputed.push(one.record.round);
  }
  return recomputed;
}

/**
 * Whether all was recomputed that the policy asks for as it is now.
 * @throws Refused where it has come to ask for more since
 */
export async function assertRecomputed(
  { keys: own, log }: Pick<OwnerHome, "keys" | "log">,
  { job }: JudgedJob,
  { plan, since }: Pick<OpenedJob, "plan" | "since">,
  policy: Policy,
  recomputed: readonly number[],
): Promise<void> {
  for (const one of roundsSince(job, plan, since, log.entries)) {
    const { round } = one.record;
    if (recomputed.includes(round) || !(await asksFor(policy, own, job, one))) continue;
    const about = `round ${round} of ${job.run}: recompute has become ${policy.recompute} while the owner was at work`;
    throw new Refused({ name: "ModelNotRecomputed", about });
  }
}

/** A round that has led to the job's model, with the chain before and after it. */
interface RoundOnTheWay extends StoredMetrics {
  readonly before: string;
  readonly after: string;
}

function roundsSince(
  job: OwnersJob,
  plan: Plan,
  since: readonly StoredMetrics[],
  entries: readonly LogEntry[],
): RoundOnTheWay[] {
  let { chainSha256: before } = knownBefore(job, plan, entries);
  return since.map(({ record, raw }) => {
    const after = chainAfter(roundLink(before, record, raw));
    const one = { record, raw, before, after };
    before = after;
    return one;
  });
}

/** Whether the policy has the round recomputed; under a share the owner's key draws, of what was fixed before anybody could ask. */
async function asksFor(
  { recompute }: Policy,
  own: OwnerHome["keys"],
  { plan }: OwnersJob,
  { record: { round }, after }: RoundOnTheWay,
): Promise<boolean> {
  if (recompute === "never" || recompute === "always") return recompute === "always";
  return own.draws(recompute, `recompute ${plan} ${round} ${after}`);
}

/** @throws Refused */
async function recomputeRound(
  { job, bringRound }: JudgedJob,
  plan: Plan,
  one: RoundOnTheWay,
  policy: Policy,
): Promise<void> {
  const { record } = one;
  const { masks } = record;
  const where = `round ${record.round} of ${job.run}`;
  const refuse = (name: RefusalName, about: string) => new Refused({ name, about: `${where}: ${about}` });
  if (!masks || record.task !== "train") {
    throw refuse("ModelNotRecomputed", "says nothing of masks, or of training");
  }
  if (!bringRound) {
    throw refuse(
      "ModelNotRecomputed",
      "nobody brings this owner masked updates, which takes fedstep owner run",
    );
  }
  try {
    const asked = { round: record.round, sizes: sizesIn(plan, { ...record, masks }) };
    const { objects } = holdObjects(await bringRound(asked));
    const other = await otherThanMade(objects, plan, job, { ...one, record: { ...record, masks } }, policy);
    if (other === undefined) return;
    throw refuse("RecomputedDiffers", `what its updates and opened sums make has another ${other}`);
  } catch (error) {
    const name = error instanceof FedstepError ? faults[error.name] : undefined;
    if (name === undefined) throw error;
    throw refuse(name, (error as Error).message);
  }
}

/** What speaks against a round that is recomputed, by the error that it ends in; whatever else ends it says nothing of the round. */
const faults: Readonly<Record<string, RefusalName>> = {
  ...{ ObjectMissing: "ModelNotRecomputed", ObjectInvalid: "ModelNotRecomputed" },
  ...{ RecordsUnknown: "ModelNotRecomputed", MaskedUpdateLost: "ModelNotRecomputed" },
  HelpersDisagree: "ModelNotRecomputed",
  QuorumNotReached: "SumTooSmall",
  // its updates make no model at all
  ...{ SumInvalid: "RecomputedDiffers", AggregationImpossible: "RecomputedDiffers" },
  TrainingDiverged: "RecomputedDiffers",
};

function sizesIn(plan: Plan, counted: CountedRound): ReadonlyMap<string, number> {
  const sizes: Readonly<Record<RecomputedFrom["of"], number>> = sizesOf(plan);
  return new Map(recomputedFrom(plan, counted).map(({ of, key }) => [key, sizes[of]]));
}

type MaskedMetrics = RoundMetrics & { readonly masks: MasksOpened };

/** The first of what a round leaves that is another than what is recomputed; undefined where none is. */
async function otherThanMade(
  objects: Objects,
  plan: Plan,
  job: OwnersJob,
  { record, before: chainSha256 }: RoundOnTheWay & { readonly record: MaskedMetrics },
  asked: Policy,
): Promise<string | undefined> {
  const { round, attempt = 1 } = record;
  const participants = participantsWhere(plan, round, null);
  const counted = participants.filter(({ client }) => record.updates.some((one) => one.client === client));
  assertEnoughInSum(plan, round, counted, asked);
  const before = await readLinkedGlobal(objects, plan, round - 1, chainSha256);
  const start = await startOf(objects, plan, before, round);
  const decided: DecidedUpdates = { ...record, attempt, ended: null };
  const begins = { plan: job.plan, chainSha256, globalSha256: before.weightsSha256 };
  const { masked, streams } = await takeMasked(objects, plan, start, decided, begins);
  const { outcome } = await againOf(plan, decided, masked.open(streams), participants, before);
  const fields = ["weightsSha256", "stateSha256", "summed", "evaluated"] as const;
  return fields.find((field) => !isDeepStrictEqual(plainOf(outcome[field]), plainOf(record[field])));
}

/** As it lies in a record. */
const plainOf = (value: unknown) => JSON.parse(JSON.stringify(value ?? null));

async function startOf(
  objects: Objects,
  plan: Plan,
  before: LinkedGlobal,
  round: number,
): Promise<Omit<RoundStart, "attempt">> {
  const state = await readState(objects, plan, strategyOf(plan.config), round - 1, before.stateSha256);
  const medianNorm = round === 1 ? null : await normIn(objects, plan, before, round - 1);
  return { parameters: before.parameters, previous: null, state, medianNorm };
}

/** What the round before has told of its updates' norm, in the metrics that its model's header names. @throws ObjectInvalid */
async function normIn(
  objects: Objects,
  plan: Plan,
  { before, chainSha256 }: LinkedGlobal,
  round: number,
): Promise<number | null> {
  const key = keys.roundMetrics(plan.run, round);
  const { record, raw } = await objects.getSealed(key, roundMetrics);
  if (chainAfter(roundLink(before, record, raw)) === chainSha256) return record.summed?.norm ?? null;
  throw objectInvalid(`${key}: is not the one that the header of ${keys.global(plan.run, round)} names`);
}
