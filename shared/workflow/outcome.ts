import { keptBesideAlone } from "../metrics/alone.ts";
import { compareModels } from "../metrics/compared-models.ts";
import { spentPrivacyOf } from "../privacy/spent.ts";
import { keptRound } from "../rounds/kept-round.ts";
import { briefOf, pickFigures, taskOf } from "../task/tasks.ts";
import type { PartitionRecord, Plan } from "./plan-record.ts";
import type { Outcome } from "./result-record.ts";
import type { BaselineEpoch, RoundMetrics } from "./round-records.ts";

/** What the rounds and epochs of a run have left behind. */
export interface Left {
  /** Why no further round was trained. */
  readonly ended: Outcome["federated"]["ended"];
  /** Every round, those that were taken over too, and last the final pass. */
  readonly rounds: readonly RoundMetrics[];
  /** Every epoch of the baseline; none where there is no baseline. */
  readonly epochs: readonly BaselineEpoch[];
}

/** What a run came to, from nothing but its records: FinishRun writes it, and fedstep verify reckons it again. */
export function outcomeOf(plan: Plan, partition: PartitionRecord, left: Left): Outcome {
  const task = taskOf(plan.config);
  const federated = federatedResult(plan, left);
  const last = left.epochs.at(-1);
  // the round after the kept one has evaluated its model
  const evaluation = left.rounds[federated.round];
  const compared = evaluation && last ? compareModels(plan.config, evaluation, last) : null;
  const final = left.rounds.at(-1);
  const alone = evaluation && final && keptBesideAlone(plan, evaluation, final);
  const [from] = plan.origins;
  const trained = left.rounds.filter(({ task }) => task === "train").map(({ attempt = 1 }) => attempt);
  const privacy = spentPrivacyOf(
    plan.config,
    plan.privacy,
    trained,
    plan.clients.map(({ client }) => client),
  );
  return {
    run: plan.run,
    ...(plan.startedBy && { startedBy: plan.startedBy }),
    config: plan.config,
    ...(from && { from }),
    dataset: plan.dataset,
    clients: partition.clients,
    federated,
    baseline: last
      ? {
          examples: last.examples,
          ...pickFigures(task, last),
          weightsSha256: last.weightsSha256,
          epochs: left.epochs.map((one) => ({
            epoch: one.epoch,
            examples: one.examples,
            ...briefOf(task, one),
          })),
        }
      : null,
    compared,
    ratio: compared && compared.baseline > 0 ? compared.federated / compared.baseline : null,
    ...(alone && { alone }),
    ...(privacy && { privacy }),
    ...(plan.beside && { beside: plan.beside }),
  };
}

/** The model of a round is evaluated by the round after it, so each round takes its figures from the next. */
function federatedResult(plan: Plan, { ended, rounds: metrics }: Left): Outcome["federated"] {
  const task = taskOf(plan.config);
  const rounds = metrics.slice(0, -1).map(({ round, clients }, i) => {
    const { evaluated } = metrics[i + 1] as RoundMetrics;
    return {
      round,
      examples: evaluated.examples,
      ...briefOf(task, evaluated),
      clients: clients.filter(({ task }) => task === "train").length,
    };
  });
  const { round } = keptRound({ ended, rounds }, plan);
  const [weightsSha256, evaluation, last] = [
    metrics[round - 1]?.weightsSha256,
    metrics[round]?.evaluated,
    metrics.at(-1),
  ];
  if (!weightsSha256 || !evaluation || !last) throw new Error(`run ${plan.run} has no evaluated round`);
  const { examples } = evaluation;
  const { chainSha256 } = last;
  const figures = pickFigures(task, evaluation);
  return { round, examples, ...figures, weightsSha256, chainSha256, ended, rounds };
}
