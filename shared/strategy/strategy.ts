/** What a client sends back after a round: its model, and how many examples stand behind it. */
export interface ClientModel {
  readonly client: number;
  readonly examples: number;
  /** Flat, in the order of denseLayers. */
  readonly parameters: Float32Array;
}

/** How the models of a round's clients become the next global model. */
export interface Strategy {
  readonly name: string;
  /** @param updates at least one, in ascending order of client; all of the global model's length */
  aggregate(global: Float32Array, updates: readonly ClientModel[]): Float32Array;
}
