import type * as z from "zod";
import type { ClientPart } from "./client-part.ts";
import type { ClientUpdate, Vectors } from "./client-update.ts";

export interface Round {
  readonly global: Float32Array;
  /** As startState gave it before round 1, and as the round before returned it since. */
  readonly state: Vectors;
  readonly updates: readonly ClientUpdate[];
  /** Of the clients' SGD. No server needs their learning rate: it steps along their changes, which hold it already. */
  readonly momentum: number;
  /** Training examples of all clients of the federation, in the round or not. */
  readonly federationExamples: number;
}

export interface Aggregation {
  readonly parameters: Float32Array;
  readonly state: Vectors;
  /** The clients whose models were chosen, ascending, where the strategy chooses. */
  readonly chosen?: readonly number[];
}

/**
 * How the models of a round's clients become the next global model. Sums run in float64 in ascending order of
 * client and round to float32 once, where a result is stored; weights come from +, -, *, / and sqrt alone, which
 * every machine rounds alike. Nothing that goes in is written to, and whatever outlives a round is in its state.
 */
export interface Strategy {
  readonly name: string;
  /** Whether an update weighs as many as its examples, or every client the same. */
  readonly weighting: "examples" | "clients";
  /** Fewest updates that the mathematics takes, and where that number comes from. */
  readonly needs: { readonly updates: number; readonly because: string };
  /** The vectors that the server keeps from round to round, and the value that each starts with everywhere. */
  readonly state: Readonly<Record<string, number>>;
  readonly client: ClientPart;
  aggregate(round: Round): Aggregation;
}

/** A strategy before its parameters are known. */
export interface StrategyKind<Settings extends z.ZodType = z.ZodType> {
  /** In the configuration. */
  readonly name: string;
  readonly settings: Settings;
  open(settings: z.output<Settings>): Strategy;
}

/** Whether the strategy has anything to go on from after a round; most have not, and cost no object. */
export function hasState({ state, client }: Strategy): boolean {
  return Object.keys(state).length > 0 || client.keeps.length > 0;
}
