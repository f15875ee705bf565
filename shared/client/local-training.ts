import type { Config } from "../config/schema.ts";
import { distanceOf } from "../metrics/drift.ts";
import { leftRange } from "../model/assert-finite.ts";
import { localWork } from "../model/local-work.ts";
import type { PreparedExamples, Trainer } from "../model/trainer.ts";
import { randomStream } from "../random.ts";
import type { ClientContext, ClientProcedure } from "./procedure.ts";

/** One client in one round, with its examples at hand. */
export interface LocalRound {
  readonly config: Config;
  readonly round: number;
  readonly client: number;
  /** Of the round. */
  readonly learningRate: number;
  readonly trainer: Trainer;
  readonly train: PreparedExamples;
  readonly test: PreparedExamples;
  /** What may have led there where a training diverges. */
  readonly blame: string;
}

/** What a procedure trains and evaluates with: as often as it declares, and no two trainings in the same orders. */
export function localTraining(
  { config: { training, seed }, round, client, learningRate, trainer, train, test, blame }: LocalRound,
  { work }: Pick<ClientProcedure, "work">,
): Pick<ClientContext, "train" | "evaluate"> {
  const labels = new Set<string | undefined>();
  let evaluations = 0;
  return {
    async train(start, { label, ...terms } = {}) {
      if (labels.has(label))
        throw new RangeError(`two trainings of a round have the label ${label ?? "none"}`);
      if (labels.size === work.trainings) throw new RangeError(`${work.trainings} trainings are declared`);
      labels.add(label);
      const stream = randomStream(
        seed,
        "client-order",
        round,
        client,
        ...(label === undefined ? [] : [label]),
      );
      const { epochs, order } = localWork(training, train.count, stream);
      const options = { ...training, learningRate, ...terms, epochs, order };
      const outcome = await trainer.train(start, train, options);
      const distance = distanceOf(outcome.parameters, start);
      // the distance tells as much of the values: float64 holds the squares of all that float32 does
      if (!Number.isFinite(distance) || !Number.isFinite(outcome.lossSum)) {
        throw leftRange(`client ${client} in round ${round}`, blame);
      }
      return { ...outcome, start, distance };
    },
    evaluate(parameters) {
      evaluations++;
      if (evaluations > work.evaluations) {
        throw new RangeError(`${work.evaluations} evaluations are declared`);
      }
      return trainer.evaluate(parameters, test);
    },
  };
}
