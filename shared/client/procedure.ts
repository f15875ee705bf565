import type { TrainingOptions, TrainingOutcome } from "../model/trainer.ts";
import {
  likeModel,
  type TensorShape,
  type VectorShape,
  type VectorShapes,
  type Vectors,
} from "../model/vector-shape.ts";
import type { Evaluation } from "../task/evaluation.ts";
import type { ClientRandom } from "./randomness.ts";
import type { ClientUpdate, LocalTraining } from "./update.ts";

/** What a round starts from, as client and server both know it. */
export interface ClientStart {
  readonly global: Float32Array;
  /** The model's tensors, in the order in which they stand in a flat vector. */
  readonly layout: readonly TensorShape[];
  /** The vectors of the server's state that the procedure receives, as they were when the round started. */
  readonly received: Vectors;
  readonly training: LocalTraining;
}

/** What tells one training of a round from another. */
export interface TrainingChoice extends Pick<TrainingOptions, "proximal" | "correction"> {
  /** Of every training but the first: names the stream of its orders. No two of a round have the same. */
  readonly label?: string;
}

/** A training by the plan: so much of it, with the round's learning rate. */
export interface Trained extends Omit<TrainingOutcome, "velocity"> {
  readonly start: Float32Array;
  /** How far from the start it has come, in the Euclidean norm. */
  readonly distance: number;
}

/** What a client's procedure has at hand in a round. */
export interface ClientContext extends ClientStart {
  /** What its last accepted round left it; null before the first. */
  readonly kept: Vectors | null;
  readonly random: ClientRandom;
  /** Trains with the client's training examples. @throws TrainingDiverged */
  train(start: Float32Array, choice?: TrainingChoice): Promise<Trained>;
  /** A model on the examples that the client holds out. */
  evaluate(parameters: Float32Array): Promise<Evaluation>;
}

export interface ClientOutcome {
  /** The training whose steps and loss the round records, and whose model is sent where the procedure sends one. */
  readonly trained: Trained;
  /** Goes to the server beside the model, or in its place. */
  readonly sent: Vectors;
  /** Replaces what it kept, once the server has accepted its update. */
  readonly kept: Vectors;
}

/**
 * A client's half of a strategy: what it does in a round in which it trains. The global model has been evaluated before, in
 * whatever way a strategy trains, since the figures of a round are of that model and over examples that the plan names.
 * Sizes, memory, time and requests follow from what it declares.
 */
export interface ClientProcedure {
  /** Vectors of the server's state. */
  readonly receives: readonly string[];
  /** Vectors that stay with the client from one of its rounds to the next. */
  readonly keeps: VectorShapes;
  readonly sends: { readonly model: boolean; readonly vectors: VectorShapes };
  /** The most that it does in a round: trainings, one at least, and evaluations besides the global model's. */
  readonly work: { readonly trainings: number; readonly evaluations: number };
  /** That its trainings add a term to every gradient, as private steps cannot. */
  readonly addsTerm?: true;
  run(context: ClientContext): Promise<ClientOutcome>;
  /**
   * What is false of what a client sent, as far as the server can tell, who knows all but what it keeps; undefined where
   * nothing is. Left out where it cannot tell.
   */
  refute?(start: ClientStart, update: ClientUpdate): string | undefined;
}

/** Trains the global model once and sends it; keeps and sends nothing else. */
export const trainOnce: ClientProcedure = {
  receives: [],
  keeps: {},
  sends: { model: true, vectors: {} },
  work: { trainings: 1, evaluations: 0 },
  run: async ({ global, train }) => ({ trained: await train(global), sent: {}, kept: {} }),
};

/** Of all that a trained update holds, the model among it where it is sent. */
export function sentShapes({ sends: { model, vectors } }: Pick<ClientProcedure, "sends">): VectorShape[] {
  return [...(model ? [likeModel] : []), ...Object.values(vectors)];
}
