import type { ClientUpdate } from "../client/update.ts";
import type { Config } from "../config/schema.ts";
import { layoutOf, type ModelSpec } from "../model/spec.ts";
import { lengthOf } from "../model/vector-shape.ts";
import { addsNoiseTogether } from "../privacy/private-steps.ts";
import { openStrategy } from "../strategy/strategies.ts";
import type { ServerStart, Strategy, Sums } from "../strategy/strategy.ts";
import { type EvaluationSums, outputsOf, taskOf } from "../task/tasks.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import { EvaluationIntegers, FloatIntegers } from "./evaluation-integers.ts";
import { addScaled, type Scale, scaledValues } from "./fixed-point.ts";
import { addInteger, type Words, zeros } from "./words.ts";

/** What a client's part in a round adds up with those of the others. */
export interface SummedPart {
  /** The global model that the round started from, on the client's held-out examples. */
  readonly evaluation: EvaluationSums;
  /** Where it has trained. */
  readonly trained?: TrainedPart | NoisedPart;
}

/** A client's training. */
export interface TrainedPart {
  readonly lossSum: number;
  readonly update: ClientUpdate;
  readonly start: ServerStart;
}

/** Its part of a sum of clipped gradients with noise that clients add together: whole numbers, flat by the model's layout. */
export interface NoisedPart {
  readonly units: Float64Array;
}

/** What is read of such sums: all but what follows from the plan. */
export interface ReadSums extends Pick<Sums, "change" | "sent"> {
  /** Of the loss over the examples seen in training. */
  readonly lossSum: number;
}

interface Planned {
  readonly config: Config;
  readonly model: ModelSpec;
  readonly dataset: { readonly classes: number };
}

/**
 * The integers of a client's part in a round, in one vector: its evaluation; where it trained, its training loss, the change of
 * its model times its weight, and what it sends beside times its examples; where clients add noise together, in place of all that
 * its noised sum of gradients. Whoever only evaluates has the beginning alone, so that all of a round add up in one sum.
 */
export class UpdateIntegers {
  readonly evaluation: EvaluationIntegers;
  readonly #scale: Scale;
  readonly #strategy: Strategy;
  readonly #noised: boolean;
  /** Values of the model. */
  readonly #parameters: number;
  /** Values of the model where clients send it, and of each vector that they send. */
  readonly #change: number;
  readonly #sent: readonly (readonly [name: string, length: number])[];

  constructor({ config, model, dataset }: Planned) {
    const { strategy, secureAggregation } = config.federation;
    this.#scale = secureAggregation;
    this.#strategy = openStrategy(strategy);
    this.evaluation = new EvaluationIntegers(taskOf(config), outputsOf(config, dataset));
    this.#noised = addsNoiseTogether(config);
    const layout = layoutOf(model);
    this.#parameters = lengthOf(layout);
    const { sends } = this.#strategy.client;
    this.#change = sends.model ? this.#parameters : 0;
    this.#sent = Object.entries(sends.vectors).map(([name, shapeOf]) => [name, lengthOf(shapeOf(layout))]);
  }

  /** How many integers a participant sends. */
  length(task: ParticipantTask): number {
    if (task !== "train") return this.evaluation.length;
    if (this.#noised) return this.evaluation.length + this.#parameters;
    const values = this.#change + this.#sent.reduce((sum, [, length]) => sum + length, 0);
    return this.evaluation.length + FloatIntegers.length + values;
  }

  /** What of a part cannot be added up; undefined where all can. */
  problem({ evaluation, trained }: SummedPart): string | undefined {
    const wrong = this.evaluation.problem(evaluation);
    if (wrong !== undefined || !trained) return wrong;
    this.#assertKind(trained);
    if ("units" in trained) return undefined;
    const { lossSum, update, start } = trained;
    if (!FloatIntegers.fits(lossSum))
      return `its training loss adds up to ${lossSum}, which cannot be added up`;
    const vectors = [
      ["its model's change", update.parameters, start.global] as const,
      ...this.#sent.map(([name]) => [`its ${name}`, update.sent[name] ?? [], undefined] as const),
    ];
    for (const [name, values, origin] of vectors) {
      const beyond = this.#beyond(values, origin);
      if (beyond === undefined) continue;
      return (
        `${name} has a value of ${beyond}, and ${this.#scale.largestChange} is the largest that is sent: ` +
        "federation.secureAggregation.largestChange"
      );
    }
    return undefined;
  }

  #assertKind(trained: TrainedPart | NoisedPart): void {
    if ("units" in trained === this.#noised) return;
    throw new RangeError("clients add noise together in all of a run's rounds, or in none");
  }

  #beyond(values: ArrayLike<number>, origin?: Float32Array): number | undefined {
    const { largestChange } = this.#scale;
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) - (origin ? (origin[i] as number) : 0);
      // false for NaN too
      if (!(Math.abs(value) <= largestChange)) return value;
    }
    return undefined;
  }

  /** Of a part of which nothing is a problem. */
  encode({ evaluation, trained }: SummedPart): Uint32Array<ArrayBuffer> {
    const integers = zeros(this.length(trained ? "train" : "evaluate"));
    this.evaluation.add(integers, 0, evaluation);
    if (!trained) return integers;
    let at = this.evaluation.length;
    if ("units" in trained) {
      for (const [i, units] of trained.units.entries()) addInteger(integers, at + i, units);
      return integers;
    }
    const { lossSum, update, start } = trained;
    FloatIntegers.add(integers, at, lossSum);
    at += FloatIntegers.length;
    if (this.#change > 0) {
      const weight = weightOf(this.#strategy, update, start);
      addScaled(integers, at, this.#scale, weight, update.parameters, start.global);
    }
    at += this.#change;
    for (const [name, length] of this.#sent) {
      addScaled(integers, at, this.#scale, update.examples, update.sent[name] ?? new Float32Array(length));
      at += length;
    }
    return integers;
  }

  /** The noised sum of gradients of a round whose clients add noise together. */
  readNoised(sum: Words): NoisedPart {
    return { units: scaledValues(sum, this.evaluation.length, this.#parameters, { scaleBits: 0 }) };
  }

  /** What a sum of them says of a round that trains, and in which each adds its own noise or none. */
  read(sum: Words): ReadSums {
    let at = this.evaluation.length;
    const lossSum = FloatIntegers.read(sum, at);
    at += FloatIntegers.length;
    const change = scaledValues(sum, at, this.#change, this.#scale);
    at += this.#change;
    const sent = this.#sent.map(([name, length]) => {
      const values = scaledValues(sum, at, length, this.#scale);
      at += length;
      return [name, values] as const;
    });
    return { lossSum, change, sent: Object.fromEntries(sent) };
  }
}

/** What an update's change weighs: its examples unless the strategy says otherwise. */
export function weightOf(
  { reduction }: Strategy,
  update: Pick<ClientUpdate, "client" | "examples" | "steps">,
  start: ServerStart,
): number {
  const weight = reduction.kind === "sum" ? reduction.weight : undefined;
  return weight?.(update, start) ?? update.examples;
}
