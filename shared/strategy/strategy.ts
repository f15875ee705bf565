import type * as z from "zod";
import type { ClientProcedure } from "../client/procedure.ts";
import type { ClientUpdate } from "../client/update.ts";
import type { TensorShape, VectorShape, VectorShapes, Vectors } from "../model/vector-shape.ts";
import type { ClientMechanism } from "../privacy/clients/mechanism.ts";
import type { FixedPoint } from "./fixed-point.ts";

/** What the server has at hand as a round starts. */
export interface ServerStart {
  readonly global: Float32Array;
  /** The model's tensors, in the order in which they stand in a flat vector. */
  readonly layout: readonly TensorShape[];
  /** As startState gave it before round 1, and as the round before returned it since. */
  readonly state: Vectors;
  /** Of the clients' SGD. No server needs their learning rate: it steps along their changes, which hold it already. */
  readonly momentum: number;
  /** Training examples of all clients of the federation, in the round or not. */
  readonly federationExamples: number;
  /** All clients of the federation, likewise. */
  readonly federationClients: number;
  /** Units of the sums, where the configuration states them; else they follow from these two numbers. */
  readonly units?: FixedPoint | undefined;
  /** How the round hides its clients, where it does. */
  readonly hides?: ClientMechanism | undefined;
}

export interface Round extends ServerStart {
  /** In ascending order of client. */
  readonly updates: readonly ClientUpdate[];
}

export interface Aggregation {
  readonly parameters: Float32Array;
  readonly state: Vectors;
  /** The clients whose models were chosen, ascending, where the strategy chooses. */
  readonly chosen?: readonly number[];
}

/** What a round's updates add up to, k over its clients. */
export interface Sums {
  /** sum_k weight_k (w_k - w), where a client weighs its examples unless the strategy says otherwise; empty without models. */
  readonly change: Float64Array;
  /** sum_k n_k v_k of each vector that the clients send beside their models, or in their place. */
  readonly sent: Readonly<Record<string, Float64Array>>;
  /** sum_k n_k, their examples. */
  readonly examples: number;
  /** sum_k n_k x_k of each number that the strategy adds up. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** An update but for its vectors. */
export type Counts = Pick<ClientUpdate, "client" | "examples" | "steps">;

/** Of strategies that need no more of a round than sums: updates are added as they come in, and are not held. */
export interface SumReduction {
  readonly kind: "sum";
  /** What an update's change weighs, at most its examples; these where left out. */
  readonly weight?: (update: Counts, start: ServerStart) => number;
  /** Numbers to add up, weighted by examples; each at most 2^53. */
  readonly numbers?: (update: Counts, start: ServerStart) => Readonly<Record<string, number>>;
  finish(sums: Sums, start: ServerStart): Aggregation;
}

/** Of strategies that compare the updates with each other: all of a round are held at once. */
export interface WholeReduction {
  readonly kind: "whole";
  aggregate(round: Round): Aggregation;
}

export interface StateVector {
  readonly shape: VectorShape;
  /** Every value before the first round. */
  readonly initial: number;
}

/**
 * How the models of a round's clients become the next global model. Sums are kept in fixed point; what compares updates
 * runs in float64 in ascending order of client. Results are rounded to float32 once, where they are stored; weights come
 * from +, -, *, / and sqrt alone, which every machine rounds alike. Nothing that goes in is written to, and whatever
 * outlives a round is in its state.
 */
export interface Strategy {
  readonly name: string;
  /** Whether an update weighs as many as its examples, or every client the same. */
  readonly weighting: "examples" | "clients";
  /** Fewest updates that the mathematics takes, and where that number comes from. */
  readonly needs: { readonly updates: number; readonly because: string };
  /** How many clients' models a round's model is made of, where so many updates count; fewer where it chooses. */
  readonly contributors: (updates: number) => number;
  /** What the server keeps from round to round. */
  readonly state: Readonly<Record<string, StateVector>>;
  readonly client: ClientProcedure;
  readonly reduction: SumReduction | WholeReduction;
}

/** A strategy before its parameters are known. */
export interface StrategyKind<Settings extends z.ZodType = z.ZodType> {
  /** In the configuration. */
  readonly name: string;
  readonly settings: Settings;
  open(settings: z.output<Settings>): Strategy;
}

export function stateShapes({ state }: Pick<Strategy, "state">): VectorShapes {
  return Object.fromEntries(Object.entries(state).map(([name, { shape }]) => [name, shape]));
}

/** Whether clients keep anything from one of their rounds to the next. */
export function hasKept({ client }: Pick<Strategy, "client">): boolean {
  return Object.keys(client.keeps).length > 0;
}

/** Whether the strategy has anything to go on from after a round; most have not, and cost no object. */
export function hasState(strategy: Pick<Strategy, "state" | "client">): boolean {
  return Object.keys(strategy.state).length > 0 || hasKept(strategy);
}
