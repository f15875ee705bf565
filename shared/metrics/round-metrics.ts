import { clientGuaranteeIn } from "../privacy/private-steps.ts";
import { mergeIntegers } from "../secure-aggregation/evaluation-integers.ts";
import { sumsIntegers } from "../secure-aggregation/settings.ts";
import { briefOrNull, type EvaluationSums, figuresOf, mergeAll, outputsOf, taskOf } from "../task/tasks.ts";
import { chainAfter, roundLink } from "../workflow/chain.ts";
import type { Plan } from "../workflow/plan-record.ts";
import {
  type CountedUpdate,
  countedOf,
  type RoundMetrics,
  type UpdateHeader,
} from "../workflow/round-records.ts";
import { toldAlone } from "./alone.ts";
import type { Drift } from "./drift.ts";

/** A participant's update as far as a round's metrics tell of it. */
export interface MeasuredUpdate
  extends Pick<UpdateHeader, "client" | "evaluation" | "alone" | "examples" | "seen" | "lossSum"> {
  readonly task: RoundMetrics["task"];
  /** Of the whole object. */
  readonly sha256: string;
  readonly signed?: CountedUpdate["signed"];
  readonly drift: Drift | null;
}

/** Who reported in a round, ascending by client, and who did not. */
export interface RoundReports {
  readonly updates: readonly MeasuredUpdate[];
  readonly silent: readonly RoundMetrics["silent"][number][];
}

/** What a round makes of the global model. */
export interface NextGlobal {
  readonly before: { readonly chainSha256: string };
  /** Digests of the next model and of the strategy's state after it; null in the final pass. */
  readonly after: { readonly weightsSha256: string; readonly stateSha256: string | null } | null;
}

/** What the figures depend on beside the evaluations. */
type EvaluatedPlan = Pick<Plan, "config" | "dataset" | "examiner" | "minimumCohort">;

/** What a client reports of the model that a round started from, or its examples in the data set do. */
export interface ClientEvaluation {
  readonly client: number;
  readonly evaluation: EvaluationSums;
}

/** The figures of the model that a round started from: over all who reported, and client by client. */
export function evaluatedOf(
  { config, dataset, examiner }: EvaluatedPlan,
  round: number,
  evaluations: readonly ClientEvaluation[],
) {
  const task = taskOf(config);
  const each = evaluations.map(({ evaluation }) => evaluation);
  const merge = sumsIntegers(config) ? mergeIntegers : mergeAll;
  const union = merge(task, each, outputsOf(config, dataset));
  // of one client nothing is told where each of them is hidden
  const withheld = clientGuaranteeIn(config) && { [task.score.name]: null, loss: null };
  return {
    evaluated: { round: round - 1, examples: union.examples, ...figuresOf(task, union) },
    clients: evaluations
      .filter(({ client }) => client !== examiner)
      .map(({ client, evaluation }) => ({
        client,
        examples: evaluation.examples,
        ...briefOrNull(task, evaluation),
        ...withheld,
      })),
  };
}

/**
 * What a round leaves to people and to the result: AggregateRound writes it, and fedstep verify reckons it again.
 * @param attempt number of the execution that the updates come from
 */
export function roundOutcomeOf(
  plan: EvaluatedPlan,
  { round, attempt }: { readonly round: number; readonly attempt: number },
  { updates, silent }: RoundReports,
  { before, after }: NextGlobal,
): RoundMetrics {
  const { evaluated, clients } = evaluatedOf(plan, round, updates);
  const told = toldAlone(plan, updates);
  const hides = clientGuaranteeIn(plan.config) !== undefined;
  const trainings = new Map(
    updates
      .filter(({ task }) => task === "train")
      .map(({ client, lossSum, seen, drift }) => [
        client,
        {
          task: "train" as const,
          trainingLoss: hides || lossSum === null ? null : lossSum / seen,
          update: hides ? null : drift,
        },
      ]),
  );
  const metrics = {
    round,
    attempt,
    task: after ? "train" : "evaluate",
    evaluated,
    clients: clients.map((one) => {
      const alone = told?.each.get(one.client);
      return { ...one, ...(trainings.get(one.client) ?? onlyEvaluated), ...(alone && { alone }) };
    }),
    ...(told && { alone: told.together }),
    silent: [...silent],
    updates: updates.map(countedOf),
    weightsSha256: after?.weightsSha256 ?? null,
    stateSha256: after?.stateSha256 ?? null,
  } satisfies Omit<RoundMetrics, "chainSha256">;
  return { ...metrics, chainSha256: chainAfter(roundLink(before.chainSha256, metrics)) };
}

const onlyEvaluated = { task: "evaluate", trainingLoss: null, update: null } as const;
