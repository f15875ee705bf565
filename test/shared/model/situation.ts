import * as fc from "fast-check";
import type { Examples } from "../../../shared/dataset/examples.ts";
import { activationNames } from "../../../shared/model/mlp/dense-layers.ts";
import { initialParameters, parameterCount } from "../../../shared/model/parameters.ts";
import type { ModelSpec } from "../../../shared/model/spec.ts";
import { permutation, type RandomStream, randomStream } from "../../../shared/random.ts";
import { mlpOf } from "./mlp-of.ts";

/** Something to train: a model, where it starts, and examples. */
export interface Situation {
  readonly spec: ModelSpec;
  readonly start: Float32Array;
  readonly examples: Examples;
}

export type InputKind = "sparse bytes" | "dense bytes" | "sparse floats" | "dense floats";

const inputKinds: readonly InputKind[] = ["sparse bytes", "dense bytes", "sparse floats", "dense floats"];

/** Any depth from none to three hidden layers, either activation, any width (of whole vectors and not), any count of examples. */
export const situations: fc.Arbitrary<Situation> = fc
  .record({
    features: fc.integer({ min: 1, max: 50 }),
    hidden: fc.array(fc.integer({ min: 1, max: 70 }), { maxLength: 3 }),
    activation: fc.constantFrom(...activationNames),
    classes: fc.integer({ min: 2, max: 18 }),
    count: fc.integer({ min: 1, max: 37 }),
    kind: fc.constantFrom(...inputKinds),
    seed: fc.nat(1_000_000),
  })
  .map(({ features, hidden, activation, classes, count, kind, seed }) =>
    situation(mlpOf(features, hidden, classes, activation), count, kind, seed),
  );

export function situation(spec: ModelSpec, count: number, kind: InputKind, seed: number): Situation {
  const stream = randomStream(seed, "partition");
  const start = initialParameters(spec, seed);
  // biases start at zero, where a mistake in them would not show
  for (let i = 0; i < start.length; i++) start[i] = (start[i] as number) + 0.2 * (stream.unit() - 0.5);
  return { spec, start, examples: syntheticExamples(spec, count, kind, stream) };
}

/** Each class has a pattern of its own, and its examples are noisy copies: something that can be learned. */
function syntheticExamples(
  { features, outputs: classes }: ModelSpec,
  count: number,
  kind: InputKind,
  stream: RandomStream,
): Examples {
  const patterns = Float64Array.from({ length: classes * features }, () => stream.unit());
  const present = kind.startsWith("sparse") ? 0.25 : 1;
  const bytes = kind.endsWith("bytes");
  const x = bytes ? new Uint8Array(count * features) : new Float32Array(count * features);
  const y = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const label = stream.below(classes);
    y[row] = label;
    for (let feature = 0; feature < features; feature++) {
      const value = 0.7 * (patterns[label * features + feature] as number) + 0.3 * stream.unit();
      if (stream.unit() < present) {
        // a byte of a dense input is never zero, a float of either sign
        x[row * features + feature] = bytes ? 1 + Math.floor(254 * value) : 2 * value - 0.9;
      }
    }
  }
  return { x, y, count, features };
}

/** Another permutation for every epoch. */
export const shuffled =
  (count: number, seed = 1) =>
  (epoch: number): Uint32Array =>
    permutation(count, randomStream(seed, "client-order", epoch));

/** Numbers of the size of weights, as long as the model's parameters. */
export function randomVector(spec: ModelSpec, seed: number, size = 0.1): Float32Array {
  const stream = randomStream(seed, "start", 1);
  return Float32Array.from({ length: parameterCount(spec) }, () => size * (2 * stream.unit() - 1));
}
