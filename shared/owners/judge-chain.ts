import { participantsOf } from "../rounds/participants.ts";
import { chainAfter, chainBeforeOwn, roundLink } from "../workflow/chain.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { RoundMetrics } from "../workflow/round-records.ts";
import type { OwnersJob } from "./job.ts";
import { type LogEntry, ofRun, openedOf, type SignedEntry, signedOf } from "./log-entry.ts";
import type { Refusal } from "./refusals.ts";
import { isSigned, otherThan, ownerOf } from "./signed-update.ts";
import type { UpdateStatement } from "./update-statement.ts";

/** Metrics of a round, as they lie in the bucket. */
export interface StoredMetrics {
  readonly record: RoundMetrics;
  readonly raw: object;
}

/** A model that an owner is to work on, and the rounds that have led to it. */
export interface ChainToJudge {
  readonly job: Omit<OwnersJob, "task">;
  readonly plan: Plan;
  /** Of the last round that it took part in and all after it; of all rounds, where it has taken part in none. */
  readonly since: readonly StoredMetrics[];
  /** The owner's log. */
  readonly entries: readonly LogEntry[];
  /** Owners whose updates a model is made of at least. */
  readonly cohort: number;
}

/**
 * Whether the model goes on from the one that an owner knows: through rounds of which its own last update counts, or is said
 * not to, and whose other updates their owners have signed for the same plan and the same models. So nobody is shown a
 * history of its own, without the others' keys.
 */
export async function judgeChain({
  job,
  plan,
  since,
  entries,
  cohort,
}: ChainToJudge): Promise<Refusal | undefined> {
  const broken = (about: string): Refusal => ({ name: "ChainBroken", about: `${job.run}: ${about}` });
  const { before, last, ...known } = knownBefore(job, plan, entries);
  let { chainSha256: chain, round } = known;
  let model = last ? undefined : plan.start?.weightsSha256;
  for (const { record, raw } of since) {
    if (record.round !== round) return broken(`the rounds before ${job.round} have a gap at ${round}`);
    const globalSha256 = model ?? ownModel(record, job);
    const beginning = { chainSha256: chain, ...(globalSha256 && { globalSha256 }) };
    const other = await notSigned(plan, job, record, beginning);
    if (other !== undefined) return broken(`round ${round}: ${other}`);
    const trained = record.updates.filter(({ signed }) => signed?.statement.task === "train");
    if (trained.length < cohort) {
      const about = `${job.run}: round ${round} is made of ${trained.length} owners' updates, and ${cohort} were agreed upon`;
      return { name: "CohortTooSmall", about };
    }
    if (isForgotten(record, job, entries) || isOpeningForgotten(plan, record, job, entries)) {
      return {
        name: "LogRolledBack",
        about: `${job.run}: round ${round} counts an update, or opened sums, that this log does not know`,
      };
    }
    chain = chainAfter(roundLink(chain, record, raw));
    model = record.weightsSha256 ?? undefined;
    round++;
  }
  if (round !== job.round || chain !== job.chainSha256) {
    return broken(`round ${job.round} does not go on from what this owner knows`);
  }
  const first = since[0]?.record;
  if (!last || !first || countsOwn(before, first, job)) return undefined;
  return broken(`round ${last.round} counts another update than this owner has sent, or none`);
}

/** Where an owner knows a run to have been before a job: at its own last update before that, or at the start. */
export function knownBefore(
  job: Pick<OwnersJob, "run" | "round" | "plan">,
  plan: Plan,
  entries: readonly LogEntry[],
) {
  const before = ofRun(job.run, signedOf(entries)).filter(({ round }) => round < job.round);
  const last = before.at(-1);
  return {
    ...{ before, last, round: last?.round ?? 1 },
    chainSha256: last?.chainSha256 ?? chainBeforeOwn(plan, job.plan),
  };
}

/** Whether an update of the owner's own counts, by its signature, in a round that its log knows nothing of. */
function isForgotten(
  { round, updates }: RoundMetrics,
  { run, client }: ChainToJudge["job"],
  entries: readonly LogEntry[],
): boolean {
  if (!updates.some((one) => one.client === client)) return false;
  return !ofRun(run, signedOf(entries)).some((one) => one.round === round);
}

/** The same of sums that the owner has opened as a helper. */
function isOpeningForgotten(
  plan: Plan,
  { round, masks }: RoundMetrics,
  { run, client }: ChainToJudge["job"],
  entries: readonly LogEntry[],
): boolean {
  const own = plan.helpers?.find(({ key }) => key === ownerOf(plan, client)?.key);
  if (!masks?.helpers.some(({ helper }) => helper === own?.helper)) return false;
  return !ofRun(run, openedOf(entries)).some((one) => one.round === round);
}

function countsOwn(
  before: readonly SignedEntry[],
  { round, updates, silent }: RoundMetrics,
  { client }: ChainToJudge["job"],
): boolean {
  const counted = updates.find((one) => one.client === client);
  if (!counted) return silent.some((one) => one.client === client);
  return before.some((one) => one.round === round && one.sha256 === counted.sha256);
}

/** Where the round before is not told: the model that an owner has started from itself, or the others are to agree upon. */
function ownModel({ updates }: RoundMetrics, { client: own }: ChainToJudge["job"]): string | undefined {
  const known = updates.find(({ client }) => client === own) ?? updates.find(({ signed }) => signed);
  return known?.signed?.statement.globalSha256;
}

/** Whose update counts in a round without having been signed for it; undefined where every owner's was. */
async function notSigned(
  plan: Plan,
  { agreement, run, plan: seal }: ChainToJudge["job"],
  { round, attempt, task: ofRound, updates }: RoundMetrics,
  beginning: Partial<Pick<UpdateStatement, "chainSha256" | "globalSha256">>,
): Promise<string | undefined> {
  if (new Set(updates.map(({ client }) => client)).size < updates.length) return "counts somebody twice";
  const planned = new Map(participantsOf(plan, round).map(({ client, task }) => [client, task]));
  for (const { client, signed } of updates) {
    if (plan.clients.every((one) => one.client !== client)) {
      return `counts client ${client}, whom the plan does not know`;
    }
    const owner = ownerOf(plan, client);
    const task = ofRound === "evaluate" ? ofRound : planned.get(client);
    if (task === undefined) {
      return `counts ${owner?.owner ?? `client ${client}`}, whom the plan does not ask in it`;
    }
    // a simulated client signs nothing, and no model is made of its like alone
    if (!owner) {
      if (signed) return `counts a signature for client ${client}, which is simulated`;
      continue;
    }
    const named = { agreement, run, round, client, task, plan: seal, ...(attempt && { attempt }) };
    const expected = { ...named, ...beginning };
    const other = signed ? otherThan(expected, signed.statement) : "signature";
    if (other !== undefined) return `${owner.owner} has another ${other} there, or none`;
    if (!signed || !(await isSigned(signed, owner.key)))
      return `${owner.owner} has not signed what counts there`;
  }
  return undefined;
}
