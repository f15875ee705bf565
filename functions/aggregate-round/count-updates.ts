import { isDeepStrictEqual } from "node:util";
import { keys } from "../../shared/layout.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { assertReported } from "../../shared/rounds/assert-reported.ts";
import { participantsWhere } from "../../shared/rounds/participants.ts";
import type { ClientReport, FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { figuresBytes } from "../../shared/workflow/record-size.ts";
import {
  type RoundUpdates as CountedUpdates,
  countedOf,
  roundUpdates,
} from "../../shared/workflow/round-records.ts";
import { readCounted } from "../../storage/counted-updates.ts";
import type { Objects } from "../../storage/objects.ts";
import { type RoundUpdates, readUpdates } from "../../storage/update-objects.ts";
import { publishFailures } from "./publish-round.ts";
import { openRound, type RoundBefore } from "./round-before.ts";

/** A round with the updates that count in it. */
export interface CountedRound extends RoundBefore, Pick<FederationState, "ended"> {
  readonly received: RoundUpdates;
  /** Number of the execution that they come from. */
  readonly attempt: number;
}

/**
 * The updates that count in a round: those that stand now and pass the checks, if the quorum is met. They are decided on, by
 * digest, before anything is made of them, and by the first attempt: a repetition takes its set, so that a late update
 * changes nothing. With them stands whether the round trains: what a budget pays for, a stack that was deployed anew may
 * reckon otherwise.
 * @param seal of the plan
 * @throws QuorumNotReached where no attempt before has met it either, or ObjectInvalid where an update that counts is no
 * longer what it was
 */
export async function countUpdates(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: FederationState,
  reports: readonly ClientReport[],
): Promise<CountedRound> {
  const { round, execution, participants, ended } = federation;
  const attempt = execution.number;
  // first, since every update is held against the models as it comes in; and what is wrong with them is no client's fault
  const opened = await openRound(objects, plan, seal, federation, attempt);
  const strategy = strategyOf(plan.config);
  const asked = { round, attempt, participants, begins: opened.begins };
  const received = await readUpdates(objects, plan, strategy, asked, reports, opened.open);
  const updates = received.updates.map(countedOf);
  const decided = { round, attempt, ended, updates, silent: [...received.silent] };
  const stands = await decide(objects, plan, decided, () => assertReported(plan, federation, received));
  if (isDeepStrictEqual(stands, decided)) return { ...opened, received, attempt, ended };
  return takeCounted(objects, plan, seal, federation, stands);
}

/**
 * Writes down which updates count, unless an earlier attempt has.
 * @param check that these are enough
 * @returns the set that counts
 */
async function decide(
  objects: Objects,
  plan: Plan,
  decided: CountedUpdates,
  check: () => void,
): Promise<CountedUpdates> {
  const key = keys.roundUpdates(plan.run, decided.round);
  const most = figuresBytes(plan);
  try {
    check();
  } catch (error) {
    // an earlier attempt may have had enough of them
    const stands = await objects.findRecord(key, roundUpdates, most);
    if (stands) return stands;
    publishFailures(plan, decided.round, decided.silent.length, true);
    throw error;
  }
  return objects.keepFirst(key, roundUpdates, decided, most);
}

/** The round as an earlier attempt has decided it. */
async function takeCounted(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: FederationState,
  counted: CountedUpdates,
): Promise<CountedRound> {
  const { attempt, silent } = counted;
  // before format 5 nobody wrote it down
  const { ended = federation.ended } = counted;
  const opened = await openRound(objects, plan, seal, { ...federation, ended }, attempt);
  const participants = participantsWhere(plan, federation.round, ended);
  const again = { participants, execution: federation.execution };
  const { begins, open } = opened;
  const updates = await readCounted(objects, plan, { ...counted, begins }, again, open);
  return { ...opened, received: { updates, silent }, attempt, ended };
}
