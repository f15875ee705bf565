import type { ExportedLayer } from "../model/export/exported-layer.ts";

/** What is done to a model's outputs once it predicts: to each example's by itself. */
export interface OutputActivation {
  /** In a description of the model: "softmax at the end". */
  readonly described: string;
  /** What Keras calls it, as the activation of a layer. */
  readonly activation: string;
  /** What it takes behind that, as layers of a Keras Sequential; none where left out. */
  readonly layers?: readonly ExportedLayer[];
  /** Does it, in plain JavaScript. */
  finish(outputs: Float64Array): Float64Array;
  /** Lines of Python that do it to values [examples, outputs], as `called`; NumPy is np. */
  readonly python: readonly string[];
  /** The variable that examples of code give the result: "probabilities". */
  readonly called: string;
  /** The same for programs, in the metadata of exported models: "ending" is its name, and what it takes stands beside it. */
  readonly stated: { readonly ending: string } & Readonly<Record<string, string | number>>;
  /** What an example's values are then: "the probability of each class". */
  readonly values: string;
}
