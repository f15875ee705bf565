import { denseLayers, type MlpSpec } from "../shared/model/mlp/dense-layers.ts";

/** What an update tells of the examples that it was trained with. */
export interface Inverted {
  /** Guesses at single examples, one a hidden unit that has changed; each features long, in units of the input. */
  readonly guesses: readonly Float64Array[];
  /** Of each class, in units that are the same for all, about how many examples more than the model has expected. */
  readonly labels: Float64Array;
}

/**
 * The passive inversion of a perceptron's change, which needs no knowledge of the data (Phong et al. 2018, "Privacy-preserving
 * deep learning via additively homomorphic encryption", section 3; Zhu et al. 2019). Where x are the inputs and delta_j the
 * gradient at hidden unit j,
 *
 *   the weights' change is the sum of delta_j x, the bias' change the sum of delta_j,
 *
 * so that their ratio is a mean of those examples for which unit j was active: one of them alone, where only one was. The last
 * layer's bias changes by the sum of label less probability.
 * @param difference the model sent less the model before, flat; of a sum of several updates just as well
 */
export function invert(spec: MlpSpec, difference: Float32Array): Inverted {
  const [first] = denseLayers(spec);
  const last = denseLayers(spec).at(-1);
  if (!first || !last) throw new Error("a model has layers");
  const guesses: Float64Array[] = [];
  for (let j = 0; j < first.outputs; j++) {
    const bias = difference[first.bias + j] as number;
    if (bias === 0) continue;
    guesses.push(
      Float64Array.from(
        { length: first.inputs },
        (_, i) => (difference[first.weight + i * first.outputs + j] as number) / bias,
      ),
    );
  }
  return { guesses, labels: Float64Array.from(difference.subarray(last.bias, last.bias + last.outputs)) };
}

export function differenceOf(after: Float32Array, before: Float32Array): Float32Array {
  return after.map((value, i) => value - (before[i] as number));
}
