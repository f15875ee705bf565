import { chainAfter, roundLink } from "../workflow/chain.ts";
import type { Plan, RoundMetrics, UpdateHeader } from "../workflow/records.ts";
import { driftOf } from "./drift.ts";
import { accuracy, meanLoss, mergeEvaluations } from "./evaluation.ts";

/** A participant's update as far as a round's metrics tell of it. */
export interface MeasuredUpdate
  extends Pick<UpdateHeader, "client" | "evaluation" | "examples" | "seen" | "lossSum"> {
  readonly task: RoundMetrics["task"];
  /** Of the whole object. */
  readonly sha256: string;
  /** Flat model; empty after an evaluation. */
  readonly parameters: Float32Array;
}

/** Who reported in a round, ascending by client, and who did not. */
export interface RoundReports {
  readonly updates: readonly MeasuredUpdate[];
  readonly silent: readonly RoundMetrics["silent"][number][];
}

/** What a round makes of the global model. */
export interface NextGlobal {
  readonly before: { readonly parameters: Float32Array; readonly chainSha256: string };
  /** Digests of the next model and of the strategy's state after it; null in the final pass. */
  readonly after: { readonly weightsSha256: string; readonly stateSha256: string | null } | null;
}

/** A round's metrics but for what it took, which no repetition takes again. */
export type RoundOutcome = Omit<RoundMetrics, "seconds" | "timing" | "usage">;

/** What a round leaves to people and to the result: AggregateRound writes it, and fedstep verify reckons it again. */
export function roundOutcomeOf(
  { shape, examiner }: Pick<Plan, "shape" | "examiner">,
  round: number,
  { updates, silent }: RoundReports,
  { before, after }: NextGlobal,
): RoundOutcome {
  const union = mergeEvaluations(
    updates.map(({ evaluation }) => evaluation),
    shape.classes,
  );
  const trained = updates.filter(({ task }) => task === "train");
  const drifts = after ? driftOf(before.parameters, trained) : [];
  const digests = updates.map(({ client, sha256 }) => ({ client, sha256 }));
  const driftByClient = new Map(trained.map(({ client }, i) => [client, drifts[i]]));
  const told = {
    round,
    task: after ? "train" : "evaluate",
    evaluated: {
      round: round - 1,
      examples: union.examples,
      accuracy: accuracy(union),
      loss: meanLoss(union),
      confusion: union.confusion,
    },
    clients: updates
      .filter(({ client }) => client !== examiner)
      .map(({ client, task, evaluation, seen, lossSum }) => ({
        client,
        examples: evaluation.examples,
        accuracy: evaluation.examples > 0 ? accuracy(evaluation) : null,
        loss: evaluation.examples > 0 ? meanLoss(evaluation) : null,
        trainingLoss: task === "train" ? lossSum / seen : null,
        update: driftByClient.get(client) ?? null,
      })),
    silent: [...silent],
    updates: digests,
    weightsSha256: after?.weightsSha256 ?? null,
    stateSha256: after?.stateSha256 ?? null,
  } satisfies Omit<RoundOutcome, "chainSha256">;
  return { ...told, chainSha256: chainAfter(roundLink(before.chainSha256, told)) };
}
