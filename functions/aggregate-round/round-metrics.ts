import { busyTime } from "../../shared/metrics/busy.ts";
import { driftOf } from "../../shared/metrics/drift.ts";
import { accuracy, meanLoss, mergeEvaluations } from "../../shared/metrics/evaluation.ts";
import type { ClientReport, FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";
import type { Usage } from "../../shared/workflow/usage.ts";

import type { RoundUpdates } from "../../storage/update-objects.ts";

/** What a round makes of the global model. */
export interface NextGlobal {
  /** The model that the round started from. */
  readonly before: Float32Array;
  readonly weightsSha256: string;
}

/**
 * What a round leaves to people and to the result.
 * @param next the models before and after it; null in the final pass
 * @param from when the aggregation began, milliseconds since 1970
 * @param usage of the round's invocations so far
 */
export function metricsOf(
  { shape, examiner }: Plan,
  { round, startedAt }: FederationState,
  { updates, silent }: RoundUpdates,
  reports: readonly ClientReport[],
  next: NextGlobal | null,
  from: number,
  usage: Usage,
): RoundMetrics {
  const union = mergeEvaluations(
    updates.map(({ evaluation }) => evaluation),
    shape.classes,
  );
  const trained = updates.filter(({ task }) => task === "train");
  const drifts = next ? driftOf(next.before, trained) : [];
  const driftByClient = new Map(trained.map(({ client }, i) => [client, drifts[i]]));
  const now = Date.now();
  return {
    round,
    task: next ? "train" : "evaluate",
    evaluated: {
      round: round - 1,
      accuracy: accuracy(union),
      loss: meanLoss(union),
      confusion: union.confusion,
    },
    clients: updates
      .filter(({ client }) => client !== examiner)
      .map(({ client, task, evaluation, seen, lossSum }) => ({
        client,
        accuracy: evaluation.examples > 0 ? accuracy(evaluation) : null,
        loss: evaluation.examples > 0 ? meanLoss(evaluation) : null,
        trainingLoss: task === "train" ? lossSum / seen : null,
        update: driftByClient.get(client) ?? null,
      })),
    silent: [...silent],
    weightsSha256: next?.weightsSha256 ?? null,
    seconds: (now - startedAt) / 1000,
    timing: {
      training: busyTime(reports.filter((report) => "from" in report)) / 1000,
      aggregation: (now - from) / 1000,
    },
    usage,
  };
}
