/** How a round hides each of its clients, as the plan tells it. */
export interface ClientMechanism {
  /** Deviation of the noise of a round as a whole, in multiples of what a client can change. */
  readonly noiseMultiplier: number;
  /** Clients that every round selects, whoever then stays silent: what sums are divided by. */
  readonly cohort: number;
  /** Examples from which on a client counts in full. */
  readonly fullWeight: number;
  /** Longest change; of an adaptive one that of the first round. */
  readonly clip: number;
  /** null where the clip stays as it is. */
  readonly adaptive: AdaptiveClip | null;
}

export interface AdaptiveClip {
  readonly quantile: number;
  readonly learningRate: number;
}

/** w = min(n / fullWeight, 1): by what the plan says of a client, and never more than one. */
export function weightOfClient(
  { fullWeight }: Pick<ClientMechanism, "fullWeight">,
  examples: number,
): number {
  return Math.min(examples / fullWeight, 1);
}
