import { busyTime } from "../../shared/metrics/busy.ts";
import { driftOf } from "../../shared/metrics/drift.ts";
import { accuracy, meanLoss, mergeEvaluations } from "../../shared/metrics/evaluation.ts";
import { chainNext } from "../../shared/workflow/chain.ts";
import type { ClientReport, FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";
import type { Usage } from "../../shared/workflow/usage.ts";

import type { LinkedGlobal } from "../../storage/model-objects.ts";
import type { RoundUpdates } from "../../storage/update-objects.ts";

/** What a round makes of the global model. */
export interface NextGlobal {
  readonly before: LinkedGlobal;
  /** null in the final pass. */
  readonly after: LinkedGlobal | null;
}

/**
 * What a round leaves to people and to the result.
 * @param models before and after it
 * @param from when the aggregation began, milliseconds since 1970
 * @param usage of the round's invocations so far
 */
export function metricsOf(
  { shape, examiner }: Plan,
  { round, startedAt }: FederationState,
  { updates, silent }: RoundUpdates,
  reports: readonly ClientReport[],
  { before, after }: NextGlobal,
  from: number,
  usage: Usage,
): RoundMetrics {
  const union = mergeEvaluations(
    updates.map(({ evaluation }) => evaluation),
    shape.classes,
  );
  const trained = updates.filter(({ task }) => task === "train");
  const drifts = after ? driftOf(before.parameters, trained) : [];
  const seen = updates.map(({ client, sha256 }) => ({ client, sha256 }));
  const driftByClient = new Map(trained.map(({ client }, i) => [client, drifts[i]]));
  const now = Date.now();
  return {
    round,
    task: after ? "train" : "evaluate",
    evaluated: {
      round: round - 1,
      accuracy: accuracy(union),
      loss: meanLoss(union),
      confusion: union.confusion,
    },
    clients: updates
      .filter(({ client }) => client !== examiner)
      .map(({ client, task, evaluation, seen: examples, lossSum }) => ({
        client,
        accuracy: evaluation.examples > 0 ? accuracy(evaluation) : null,
        loss: evaluation.examples > 0 ? meanLoss(evaluation) : null,
        trainingLoss: task === "train" ? lossSum / examples : null,
        update: driftByClient.get(client) ?? null,
      })),
    silent: [...silent],
    updates: seen,
    weightsSha256: after?.weightsSha256 ?? null,
    chainSha256: after?.chainSha256 ?? chainNext(before.chainSha256, null, seen),
    seconds: (now - startedAt) / 1000,
    timing: {
      training: busyTime(reports.filter((report) => "from" in report)) / 1000,
      aggregation: (now - from) / 1000,
    },
    usage,
  };
}
