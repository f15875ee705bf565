import type { Config } from "../config/schema.ts";
import { distanceOf } from "../metrics/drift.ts";
import { leftRange } from "../model/assert-finite.ts";
import { localWork } from "../model/local-work.ts";
import type { PreparedExamples, Trainer, TrainingOutcome } from "../model/trainer.ts";
import { dpSgd } from "../privacy/dp-sgd.ts";
import type { PlannedPrivacy } from "../privacy/planned-privacy.ts";
import { guaranteeIn, stepsOfTraining } from "../privacy/private-steps.ts";
import { randomStream } from "../random.ts";
import type { ClientContext, ClientProcedure, TrainingChoice } from "./procedure.ts";
import type { ClientRandom } from "./randomness.ts";

/** One client in one round, with its examples at hand. */
export interface LocalRound {
  readonly config: Config;
  readonly round: number;
  readonly client: number;
  /** Of the round. */
  readonly learningRate: number;
  readonly trainer: Trainer;
  /** What the plan's promise comes to, and what noise is drawn from; left out where what is trained stays with the client. */
  readonly promised?: { readonly privacy: PlannedPrivacy; readonly random: ClientRandom } | undefined;
  readonly train: PreparedExamples;
  readonly test: PreparedExamples;
  /** What may have led there where a training diverges. */
  readonly blame: string;
}

/** What a procedure trains and evaluates with: as often as it declares, and no two trainings in the same orders. */
export function localTraining(
  local: LocalRound,
  { work }: Pick<ClientProcedure, "work">,
): Pick<ClientContext, "train" | "evaluate"> {
  const { round, client, trainer, test, blame } = local;
  const labels = new Set<string | undefined>();
  let evaluations = 0;
  return {
    async train(start, { label, ...terms } = {}) {
      if (labels.has(label))
        throw new RangeError(`two trainings of a round have the label ${label ?? "none"}`);
      if (labels.size === work.trainings) throw new RangeError(`${work.trainings} trainings are declared`);
      labels.add(label);
      const train = local.promised ? trainPrivately : trainPlainly;
      const outcome = await train(local, start, label, terms);
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

type Terms = Omit<TrainingChoice, "label">;
type Outcome = Omit<TrainingOutcome, "velocity">;

function trainPlainly(
  { config: { training, seed }, round, client, learningRate, trainer, train }: LocalRound,
  start: Float32Array,
  label: string | undefined,
  terms: Terms,
): Promise<Outcome> {
  const stream = randomStream(seed, "client-order", round, client, ...(label === undefined ? [] : [label]));
  const { epochs, order } = localWork(training, train.count, stream);
  return trainer.train(start, train, { ...training, learningRate, ...terms, epochs, order });
}

/** Whose parameters may be told. */
async function trainPrivately(
  { config, promised, learningRate, trainer, train }: LocalRound,
  start: Float32Array,
  label: string | undefined,
  terms: Terms,
): Promise<Outcome> {
  const guarantee = guaranteeIn(config);
  if (!guarantee || !promised) throw new RangeError("the plan and its configuration promise other things");
  const { privacy, random } = promised;
  const steps = stepsOfTraining(config, guarantee);
  const { samplingRate, clip } = guarantee;
  const { momentum, weightDecay } = config.training;
  // shared/privacy/check.ts refuses them
  if (terms.proximal || terms.correction || weightDecay !== 0) {
    throw new RangeError("a private step has no term beside its gradient");
  }
  const outcome = await dpSgd(trainer, start, train, {
    ...{ steps, samplingRate, clip, noiseMultiplier: privacy.noiseMultiplier, learningRate, momentum },
    random: { secret: (what) => random.secret(label === undefined ? what : `${label}/${what}`) },
  });
  const { parameters, lossSum } = outcome;
  return { parameters, steps, lossSum };
}
