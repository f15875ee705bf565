import type { Examples } from "../dataset/examples.ts";
import type { Evaluation } from "../task/evaluation.ts";
import type { EvaluationSums } from "../task/tasks.ts";

/** The examples in the form that a trainer reads fastest. Opaque to everyone but the trainer that prepared them. */
export interface PreparedExamples {
  readonly count: number;
  /** Memory held, for caches that are bounded in bytes. */
  readonly bytes: number;
}

/**
 * Stochastic gradient descent over minibatches, in PyTorch's convention. For a batch's mean gradient g of the
 * task's loss at w:
 *
 *   d = g + weightDecay w + mu (w - anchor) + correction
 *   v = momentum v + d
 *   w = w - learningRate v
 */
export interface TrainingOptions {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** The rows in the order of the given epoch (0, 1, ...); the last batch may be smaller. */
  readonly order: (epoch: number) => Uint32Array;
  /** v at the start, as long as the parameters; zero where absent. */
  readonly velocity?: Float32Array;
  /** FedProx: pulls towards the anchor with strength mu (Li et al. 2020). */
  readonly proximal?: { readonly mu: number; readonly anchor: Float32Array };
  /** SCAFFOLD: c - c_i, added to every gradient (Karimireddy et al. 2020). */
  readonly correction?: Float32Array;
}

export interface TrainingOutcome {
  /** Flat, by the model's layout. */
  readonly parameters: Float32Array;
  /** v at the end; all zeros without momentum. */
  readonly velocity: Float32Array;
  /** Minibatches taken. */
  readonly steps: number;
  /** Sum over the examples seen of their loss at the moment they were seen. */
  readonly lossSum: number;
}

/** What an example's part of a sum of gradients is bounded by, and the grid that sums are on. */
export interface ClippingOptions {
  /** The most that an example's gradient has in the Euclidean norm: a longer one is shortened to it. From 0 to 2^64. */
  readonly clip: number;
  /** The distance of the grid's points, a power of two; at least 2^-24 of the clip. */
  readonly unit: number;
  /** What the sums are written into, where they are not to be a vector of their own. */
  readonly into?: Float64Array;
}

export interface ClippedSum {
  /** How many units each parameter's sum is: whole numbers, flat by the model's layout. */
  readonly sum: Float64Array;
  /** Sum of the examples' losses. */
  readonly lossSum: number;
  /** Rows that the sums are of: all but those whose gradient is not finite, which add nothing. */
  readonly examples: number;
}

/**
 * Steps along sums of clipped gradients, to which noise is added. In whole units up to the sum of both, in float32 from there on:
 *
 *   v = momentum v + scale (sum + noise)
 *   w = w - learningRate v
 */
export interface DescentOptions extends Omit<ClippingOptions, "into"> {
  readonly steps: number;
  /** The rows of a step (0, 1, ...), in ascending order. */
  readonly rows: (step: number) => Uint32Array;
  /** Whole units below 2^29, flat by the model's layout; none where it is left out. */
  readonly noise?: (step: number) => ArrayLike<number>;
  /** What a unit is of a mean gradient. */
  readonly scale: number;
  readonly learningRate: number;
  readonly momentum: number;
}

export interface DescentOutcome {
  /** Flat, by the model's layout. */
  readonly parameters: Float32Array;
  /** Sum over the rows of all steps of their loss at that moment. */
  readonly lossSum: number;
  /** Rows of all steps, but for those whose gradient was not finite. */
  readonly seen: number;
}

/** Trains and evaluates models of one spec for one task. Parameters go in and come out flat; inputs are never written to. */
export interface Trainer<Evaluated extends Evaluation = EvaluationSums> {
  readonly name: string;
  prepare(examples: Examples): PreparedExamples;
  /** @throws TrainerMemoryExceeded with the sizes when model and examples do not fit */
  train(start: Float32Array, examples: PreparedExamples, options: TrainingOptions): Promise<TrainingOutcome>;
  evaluate(parameters: Float32Array, examples: PreparedExamples): Promise<Evaluated>;
  /**
   * Sum over the rows of g_i min(1, clip / |g_i|), with g_i the gradient of example i's training loss. Microbatches, dealt by
   * place (microbatches.ts), are summed in float32 and rounded to the grid, and their sums are added exactly; by how much the
   * sum can change with an example is clippedSumSensitivity's.
   * @param rows in ascending order
   * @throws TrainerMemoryExceeded as train does; RangeError for rows, clip or unit that are none
   */
  clippedSum(
    parameters: Float32Array,
    examples: PreparedExamples,
    rows: Uint32Array,
    options: ClippingOptions,
  ): Promise<ClippedSum>;
  /**
   * The steps of DescentOptions, with the sums of clippedSum. The parameters stay where the trainer has them.
   * @throws TrainerMemoryExceeded; RangeError as clippedSum does, and where a step's rows times clip / unit pass 2^30
   */
  descend(start: Float32Array, examples: PreparedExamples, options: DescentOptions): Promise<DescentOutcome>;
}
