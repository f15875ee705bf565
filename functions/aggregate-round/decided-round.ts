import { maskedOutcomeOf } from "../../shared/metrics/masked-metrics.ts";
import { type NextGlobal, roundOutcomeOf } from "../../shared/metrics/round-metrics.ts";
import { withNoise } from "../../shared/privacy/clients/release.ts";
import { centralNoiseIn } from "../../shared/privacy/private-steps.ts";
import type { ModelWithState } from "../../shared/rounds/open-round.ts";
import { participantsWhere } from "../../shared/rounds/participants.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import type { ClientReport, FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { countedOf, type RoundMetrics } from "../../shared/workflow/round-records.ts";
import { noiseOfRound } from "../../storage/noise-key.ts";
import type { Objects } from "../../storage/objects.ts";
import { countMasked } from "./count-masked.ts";
import { countUpdates } from "./count-updates.ts";
import type { RoundBefore } from "./round-before.ts";

/** A round whose updates have been decided on, masked or not. */
export interface DecidedRound extends Pick<RoundBefore, "before">, Pick<FederationState, "ended"> {
  /** How many have reported, and how many have not. */
  readonly reported: number;
  readonly silent: number;
  /** Makes the next model of them; null in the final pass. @throws AggregationImpossible, TrainingDiverged, SumInvalid */
  next(): ModelWithState | null;
  /** What it leaves to people and to the result. @param after digests of what next gave */
  outcome(after: NextGlobal["after"]): RoundMetrics;
}

/** @param seal of the plan @throws as countUpdates and countMasked do */
export async function decideRound(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: FederationState,
  reports: readonly ClientReport[],
): Promise<DecidedRound> {
  if (hasMasks(plan.config)) return decideMasked(objects, plan, seal, federation, reports);
  const counted = await countUpdates(objects, plan, seal, federation, reports);
  const { received, attempt, ended, before, open } = counted;
  const { round } = federation;
  const updates = received.updates.map(countedOf);
  const { chainSha256 } = before;
  const release =
    open && centralNoiseIn(plan.config)
      ? withNoise(await noiseOfRound(objects, { run: plan.run, round, attempt, chainSha256, updates }))
      : undefined;
  return {
    ...{ before, ended, reported: received.updates.length, silent: received.silent.length },
    next: () => open?.finish(release) ?? null,
    outcome: (after) => roundOutcomeOf(plan, { round, attempt }, received, { before, after }),
  };
}

async function decideMasked(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: FederationState,
  reports: readonly ClientReport[],
): Promise<DecidedRound> {
  const { counted, masked, streams, before, ended } = await countMasked(
    objects,
    plan,
    seal,
    federation,
    reports,
  );
  const opened = masked.open(streams);
  const participants = participantsWhere(plan, federation.round, ended);
  return {
    ...{ before, ended, reported: counted.updates.length, silent: counted.silent.length },
    next: () => opened.trained?.next ?? null,
    outcome: (after) => maskedOutcomeOf(plan, counted, opened, participants, { before, after }),
  };
}
