import type { TrainingOptions, TrainingOutcome } from "../model/trainer.ts";
import type { ClientUpdate, LocalTraining, Vectors } from "./client-update.ts";

/** What a client has at hand as a round starts. */
export interface ClientStart {
  readonly global: Float32Array;
  /** The vectors of the server's state that its part receives, as they were when the round started. */
  readonly received: Vectors;
  /** What its last round left it, or zeros. */
  readonly kept: Vectors;
  readonly training: LocalTraining;
}

export interface ClientEnd {
  /** Replaces what it kept, once the server has accepted its update. */
  readonly kept: Vectors;
  /** Goes to the server beside the model. */
  readonly sent: Vectors;
}

/** What a strategy asks of the clients: names of vectors, and pure functions around their training. */
export interface ClientPart {
  /** Vectors of the server's state. */
  readonly receives: readonly string[];
  /** Vectors that stay with the client from one of its rounds to the next; zero before the first. */
  readonly keeps: readonly string[];
  readonly sends: readonly string[];
  /** What joins the options of its training. */
  hooks(start: ClientStart): Pick<TrainingOptions, "proximal" | "correction">;
  conclude(start: ClientStart, trained: Pick<TrainingOutcome, "parameters" | "steps">): ClientEnd;
  /**
   * What is false of the vectors that a client sent, as far as the server can tell, who knows all but what it keeps;
   * undefined where nothing is.
   */
  refute(start: Omit<ClientStart, "kept">, update: ClientUpdate): string | undefined;
}

/** Trains as it is told, and keeps and sends nothing but its model. */
export const plainClient: ClientPart = {
  receives: [],
  keeps: [],
  sends: [],
  hooks: () => ({}),
  conclude: () => ({ kept: {}, sent: {} }),
  refute: () => undefined,
};
