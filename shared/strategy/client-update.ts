/** Flat vectors by name, each as long as the model and by its layout. */
export type Vectors = Readonly<Record<string, Float32Array>>;

/** What a client sends back after a round. */
export interface ClientUpdate {
  readonly client: number;
  /** Examples trained with. */
  readonly examples: number;
  /** Minibatches taken. */
  readonly steps: number;
  /** The trained model. */
  readonly parameters: Float32Array;
  /** What the strategy's client part sends beside its model. */
  readonly sent: Vectors;
}

/** What the clients' training has in common in a round, as their part of a strategy sees it. */
export interface LocalTraining {
  readonly learningRate: number;
  /** Of the clients' SGD; its velocity starts at zero in every round. */
  readonly momentum: number;
}
