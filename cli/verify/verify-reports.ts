import { updateKey } from "../../shared/client/update-key.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { RoundBeginning } from "../../shared/owners/signed-update.ts";
import type { OpenRound } from "../../shared/rounds/open-round.ts";
import type { Participant } from "../../shared/rounds/participants.ts";
import type { Strategy } from "../../shared/strategy/strategy.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { RoundMetrics } from "../../shared/workflow/round-records.ts";
import { type ReceivedUpdate, readUpdate, receive } from "../../storage/update-objects.ts";
import type { Scene } from "./scene.ts";

/** What has come of a round's participants, as far as their objects still tell. */
export interface Reports {
  /** The updates that the round was made of and that are still there, ascending by client. */
  readonly updates: readonly ReceivedUpdate[];
  /** Those that have expired. */
  readonly expired: readonly Participant[];
  /** Whether all others are what the round's metrics say. */
  readonly sound: boolean;
}

/** A round's metrics, which say from which execution its updates come. */
export interface AttemptedRound extends RoundMetrics {
  readonly attempt: number;
}

/** What a round's updates are read and held against. */
export interface ReportsToVerify {
  readonly strategy: Strategy;
  readonly participants: readonly Participant[];
  readonly metrics: AttemptedRound;
  /** What owners have signed that it begins with; undefined likewise. */
  readonly begins: RoundBeginning | undefined;
  /** Is given the updates; null where what the round started from could not be told. */
  readonly open: OpenRound | null;
}

/** Holds the updates of a round against its metrics, and both against who was to take part. */
export async function verifyReports(scene: Scene, plan: Plan, round: ReportsToVerify): Promise<Reports> {
  const { participants, metrics } = round;
  const { audit } = scene;
  const before = audit.findings.length;
  const updates: ReceivedUpdate[] = [];
  const expired: Participant[] = [];
  checkNames(scene, plan, participants, metrics);
  for (const participant of participants) {
    const { client } = participant;
    const told = metrics.updates.find((one) => one.client === client);
    if (!told) {
      await checkSilent(scene, plan, round, participant);
      continue;
    }
    const found = await updateOf(scene, plan, round, participant, told.sha256);
    if (found === "expired") expired.push(participant);
    else if (found) updates.push(found);
  }
  return { updates, expired, sound: audit.findings.length === before };
}

/** Every participant reported or was silent, once, and nobody else did. */
function checkNames(
  { audit }: Scene,
  plan: Plan,
  participants: readonly Participant[],
  { round, updates, silent }: RoundMetrics,
): void {
  const key = keys.roundMetrics(plan.run, round);
  const named = [...updates, ...silent].map(({ client }) => client);
  for (const { client, task } of participants) {
    const times = named.filter((one) => one === client).length;
    if (times !== 1) {
      audit.found(
        key,
        `names client ${client}, which was to ${task}, ${times === 0 ? "nowhere" : `${times} times`}`,
      );
    }
    const asked = silent.find((one) => one.client === client)?.task;
    if (asked && asked !== task)
      audit.found(key, `says that client ${client} was to ${asked}; it was to ${task}`);
  }
  const others = named.filter((client) => participants.every((one) => one.client !== client));
  if (others.length > 0) audit.found(key, `names ${others.join(", ")}, who had no part in the round`);
}

async function updateOf(
  scene: Scene,
  plan: Plan,
  { strategy, metrics, begins, open }: ReportsToVerify,
  participant: Participant,
  sha256: string,
): Promise<ReceivedUpdate | "expired" | undefined> {
  const { objects, audit, inventory } = scene;
  const { round, attempt } = metrics;
  const key = updateKey(plan, participant.client, round, attempt);
  if (!inventory.expect(key)) {
    const { excused, why } = scene.absence(round);
    if (excused) return "expired";
    audit.found(key, `is missing: ${why}`);
    return undefined;
  }
  const update = await audit.read(key, () =>
    readUpdate(objects, plan, strategy, { ...metrics, begins }, participant, open),
  );
  if (!update || update.sha256 === sha256) return update && receive(update, open);
  audit.found(key, `has digest ${update.sha256}; the round was aggregated with ${sha256}`);
  return undefined;
}

/**
 * Of a client that did not report there is nothing, or what the checks refuse. What arrived after the round ended, as
 * from an invocation that was given up, could not be in it.
 */
async function checkSilent(
  { objects, audit, inventory }: Scene,
  plan: Plan,
  { strategy, metrics, begins, open }: ReportsToVerify,
  participant: Participant,
): Promise<void> {
  const { round, attempt } = metrics;
  const key = updateKey(plan, participant.client, round, attempt);
  if (!inventory.expect(key)) return;
  const [sent, ended] = [key, keys.roundMetrics(plan.run, round)].map((one) => inventory.modified(one));
  if (sent && ended && sent > ended) return;
  if (!open && participant.task === "train") {
    const why = "whether it was rightly left out depends on the model before it, which is not what it was";
    audit.unchecked.push({ objects: key, why });
    return;
  }
  try {
    await readUpdate(objects, plan, strategy, { ...metrics, begins }, participant, open);
  } catch (error) {
    if (error instanceof FedstepError) return;
    throw error;
  }
  audit.found(key, "passes every check, and the round's metrics say that its client was silent");
}
