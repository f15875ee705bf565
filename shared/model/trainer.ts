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

/** Trains and evaluates models of one spec for one task. Parameters go in and come out flat; inputs are never written to. */
export interface Trainer<Evaluated extends Evaluation = EvaluationSums> {
  readonly name: string;
  prepare(examples: Examples): PreparedExamples;
  /** @throws TrainerMemoryExceeded with the sizes when model and examples do not fit */
  train(start: Float32Array, examples: PreparedExamples, options: TrainingOptions): Promise<TrainingOutcome>;
  evaluate(parameters: Float32Array, examples: PreparedExamples): Promise<Evaluated>;
}
