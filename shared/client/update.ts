import type { Vectors } from "../model/vector-shape.ts";

/** What a client sends back after a round. */
export interface ClientUpdate {
  readonly client: number;
  /** Examples trained with. */
  readonly examples: number;
  /** Minibatches taken. */
  readonly steps: number;
  /** The trained model, flat; empty where the procedure sends none. */
  readonly parameters: Float32Array;
  /** What the procedure sends beside it, or in its place. */
  readonly sent: Vectors;
}

/** What the clients' training has in common in a round, as their half of a strategy sees it. */
export interface LocalTraining {
  readonly learningRate: number;
  /** Of the clients' SGD; its velocity starts at zero in every training. */
  readonly momentum: number;
}
