import { type Examples, poolExamples } from "../shared/dataset/examples.ts";
import { differenceOf } from "./inversion.ts";
import type { Released } from "./round.ts";

/** A change of a model that the attacker sees, and the examples that it comes from. */
export interface Seen {
  readonly difference: Float32Array;
  readonly truth: Examples;
}

/** What a federation does for its clients, as the attacker meets it. */
export interface Defence {
  readonly name: string;
  /** Settings of the run, as --set takes them. */
  readonly set: readonly string[];
  /** Whether the attacker sees nothing but the clients' sum. */
  readonly adds: boolean;
  /** What whoever reads all that is stored sees of a round. */
  readonly seen: (released: Released) => readonly Seen[];
}

/** Over the two rounds of a run, of which the attacker sees the first that is of use to it. */
const localNoise = ["privacy.unit=example", "privacy.noise=local", "privacy.epsilon=8", "privacy.delta=1e-5"];

const update: Defence = {
  name: "a single update",
  set: [],
  adds: false,
  seen: ({ before, updates, truth }) =>
    truth.map((own, client) => ({ difference: differenceOf(updates[client] ?? before, before), truth: own })),
};

const sum: Defence = {
  name: "the sum of three",
  set: [],
  adds: true,
  seen: ({ before, after, truth }) => [
    { difference: differenceOf(after, before), truth: poolExamples(truth) },
  ],
};

export const defences: readonly Defence[] = [
  update,
  sum,
  { ...update, name: "an update with local noise", set: localNoise },
  { ...sum, name: "a sum of three with local noise", set: localNoise },
];
