import {
  type Brief,
  briefOf,
  type EvaluationSums,
  figuresOf,
  mergeAll,
  outputsOf,
  scoreOf,
  scoreOrNull,
  taskOf,
} from "../task/tasks.ts";
import type { ComparedAlone } from "../workflow/compared-alone.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { RoundMetrics } from "../workflow/round-records.ts";

/** Both evaluations of an owner, over the same examples; alone where it tells that. */
interface Told {
  readonly client: number;
  readonly evaluation: EvaluationSums;
  readonly alone?: EvaluationSums | undefined;
}

export interface ToldAlone {
  readonly together: ComparedAlone;
  /** By client. */
  readonly each: ReadonlyMap<number, Brief>;
}

/**
 * The model of a round beside those that owners have trained alone, over exactly the owners who tell of both. undefined where
 * fewer do than the agreed minimum cohort, and in every round but the final pass, in which nobody tells it.
 */
export function toldAlone(
  { config, dataset, minimumCohort }: Pick<Plan, "config" | "dataset" | "minimumCohort">,
  evaluations: readonly Told[],
): ToldAlone | undefined {
  const task = taskOf(config);
  const told = evaluations.flatMap(({ client, evaluation, alone }) =>
    alone && alone.examples > 0 ? [{ client, evaluation, alone }] : [],
  );
  if (!isEnough(told.length, minimumCohort)) return undefined;
  const union = (parts: readonly EvaluationSums[]) => mergeAll(task, parts, outputsOf(config, dataset));
  const federated = union(told.map(({ evaluation }) => evaluation));
  const alone = union(told.map((one) => one.alone));
  const brief = (sums: EvaluationSums) => briefOf(task, figuresOf(task, sums));
  return {
    together: {
      owners: told.length,
      examples: federated.examples,
      federated: brief(federated),
      alone: brief(alone),
    },
    each: new Map(told.map((one) => [one.client, brief(one.alone)])),
  };
}

/**
 * The same of the model that a run keeps, which is another than that of the final pass where federation.stop has ended it:
 * over the owners who were there for both.
 * @param evaluation the round that has evaluated the kept model
 * @param final the final pass
 */
export function keptBesideAlone(
  { config, minimumCohort }: Pick<Plan, "config" | "minimumCohort">,
  evaluation: RoundMetrics,
  final: RoundMetrics,
): ComparedAlone | undefined {
  if (!final.alone || evaluation.round === final.round) return final.alone;
  const task = taskOf(config);
  const both = final.clients.flatMap(({ client, examples, alone }) => {
    const then = evaluation.clients.find((one) => one.client === client);
    const score = then && scoreOrNull(task, then);
    if (!alone || !examples || then?.examples !== examples || then.loss === null) return [];
    if (score === null || score === undefined) return [];
    const own = { score: scoreOf(task, alone), loss: alone.loss };
    return [{ examples, federated: { score, loss: then.loss }, alone: own }];
  });
  const { pooled: poolOf } = task.score;
  if (!isEnough(both.length, minimumCohort) || !poolOf) return undefined;
  const examples = both.reduce((sum, one) => sum + one.examples, 0);
  const pooled = (of: "federated" | "alone") => {
    const score = poolOf(both.map((one) => ({ examples: one.examples, score: one[of].score })));
    const lossSum = both.reduce((sum, one) => sum + one.examples * one[of].loss, 0);
    return briefOf(task, { [task.score.name]: score, loss: lossSum / examples } as unknown as Brief);
  };
  return { owners: both.length, examples, federated: pooled("federated"), alone: pooled("alone") };
}

/** Of fewer, what is told of all of them together is nearly what each tells. */
function isEnough(owners: number, minimumCohort: number | undefined): boolean {
  return minimumCohort !== undefined && owners >= minimumCohort;
}
