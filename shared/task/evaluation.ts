/**
 * How a model does on some examples, as sums: evaluations of several clients add up without anybody seeing an
 * example. Each task has sums of its own beside these.
 */
export interface Evaluation {
  readonly examples: number;
  /** Sum over the examples of the task's loss. */
  readonly lossSum: number;
}

/** Mean loss of an example; 0 without examples. */
export function meanLoss({ examples, lossSum }: Evaluation): number {
  return examples === 0 ? 0 : lossSum / examples;
}
