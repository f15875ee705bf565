import { denseLayers, type MlpSpec } from "../shared/model/mlp/dense-layers.ts";

/** What an update tells of the examples that it was trained with. */
export interface Inverted {
  /**
   * Guesses at single examples, each features long: one a hidden unit whose bias has changed, in units of the input; and the
   * principal directions of all, in no unit, with either sign.
   */
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
 * layer's bias changes by the sum of label less probability. What the units have in common, which stands out of noise that is each
 * one's own, are the principal directions of their changes.
 * @param difference the model sent less the model before, flat; of a sum of several updates just as well
 */
export function invert(spec: MlpSpec, difference: Float32Array): Inverted {
  const [first] = denseLayers(spec);
  const last = denseLayers(spec).at(-1);
  if (!first || !last) throw new Error("a model has layers");
  const units = Array.from({ length: first.outputs }, (_, j) =>
    Float64Array.from(
      { length: first.inputs },
      (_, i) => difference[first.weight + i * first.outputs + j] as number,
    ),
  );
  const guesses: Float64Array[] = units.flatMap((change, j) => {
    const bias = difference[first.bias + j] as number;
    return bias === 0 ? [] : [change.map((value) => value / bias)];
  });
  guesses.push(...principalDirections(units));
  return { guesses, labels: Float64Array.from(difference.subarray(last.bias, last.bias + last.outputs)) };
}

export function differenceOf(after: Float32Array, before: Float32Array): Float32Array {
  return after.map((value, i) => value - (before[i] as number));
}

const directions = 3;
const iterations = 50;

/** Of the vectors' common changes, the largest first, by power iteration on the products of their units; with either sign. */
function principalDirections(units: readonly Float64Array[]): Float64Array[] {
  let rest = units;
  const found: Float64Array[] = [];
  for (let k = 0; k < directions; k++) {
    // the unit that has changed most is not orthogonal to it
    let direction = normalized(rest.reduce((a, b) => (product(b, b) > product(a, a) ? b : a)));
    for (let i = 0; i < iterations; i++) {
      const next = new Float64Array(direction.length);
      for (const unit of rest) {
        const share = product(unit, direction);
        unit.forEach((value, at) => {
          next[at] = (next[at] as number) + share * value;
        });
      }
      direction = normalized(next);
    }
    const one = direction;
    found.push(
      one,
      one.map((value) => -value),
    );
    rest = rest.map((unit) => {
      const share = product(unit, one);
      return unit.map((value, at) => value - share * (one[at] as number));
    });
  }
  return found;
}

function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function normalized(values: Float64Array): Float64Array {
  const length = Math.sqrt(product(values, values));
  return length > 0 ? values.map((value) => value / length) : values;
}
