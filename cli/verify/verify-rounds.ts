import { keys } from "../../shared/layout.ts";
import type { NextRound } from "../../shared/rounds/next-round.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { roundMetrics, type TimedRound } from "../../shared/workflow/round-records.ts";
import type { RoundBase } from "./computed-round.ts";
import type { Judge } from "./judge.ts";
import { repeatedHeads } from "./log-heads.ts";
import { RoundOrder } from "./round-order.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import { timedRound } from "./timed-round.ts";
import { verifyRound } from "./verify-round.ts";

export interface VerifiedRounds {
  /** All of them, taken ones first, as far as they stand. */
  readonly metrics: readonly TimedRound[];
  /** Of its own rounds, those whose updates were there and were aggregated again. */
  readonly replayed: number;
  /** Why no further round trained; null where the final pass is still to come. */
  readonly ended: NextRound["ended"];
  /** Whether the final pass is among them. */
  readonly complete: boolean;
}

/** Every round in its turn: what it had to be follows from those before it. */
export async function verifyRounds(
  scene: Scene,
  plan: Plan,
  judge: Judge | undefined,
  taken: readonly TimedRound[],
  start: RoundBase | undefined,
  told: (round: number) => void,
): Promise<VerifiedRounds> {
  const { audit, inventory } = scene;
  const order = new RoundOrder(plan);
  for (const metrics of taken) order.go(metrics);
  const all = [...taken];
  let replayed = 0;
  let before = start;
  while (!order.done) {
    const { round } = order;
    const key = keys.roundMetrics(plan.run, round);
    if (!scene.ended && !inventory.has(key)) break;
    const stored = await storedRecord(scene, key, roundMetrics);
    if (!stored) break;
    if (stored.record.round !== round) audit.found(key, `says that it is of round ${stored.record.round}`);
    // whatever it says, it lies where this round's lies
    const here = await timedRound(scene, plan.run, { ...stored, record: { ...stored.record, round } });
    const participants = order.participants(here.record, (problem) => audit.found(key, problem));
    const { ended, medianNorm } = order;
    const verified = await verifyRound(scene, plan, judge, {
      stored: here,
      participants,
      ended,
      before,
      medianNorm,
    });
    if (verified.replayed) replayed++;
    before = verified.after;
    all.push(verified.metrics);
    order.go(verified.metrics);
    told(round - takenRounds(plan));
  }
  for (const { round, client, before } of repeatedHeads(all.slice(taken.length))) {
    audit.found(
      keys.roundMetrics(plan.run, round),
      `client ${client} has signed it over the head of its log that it signed round ${before} over: its log is from a backup, or a copy of its home is at work`,
    );
  }
  return { metrics: all, replayed, ended: order.ended, complete: order.done };
}
