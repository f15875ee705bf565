import { type Examples, poolExamples } from "../shared/dataset/examples.ts";
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
  /** Whether a document shows its images. */
  readonly picture?: true;
  /** Whether the attacker sees the clients' sum. */
  readonly adds: boolean;
  /** What whoever reads all that is stored sees of a round. */
  readonly seen: (released: Released) => readonly Seen[];
}

/** Over the two rounds of a run, of which the attacker sees the first that is of use to it. */
const epsilon8 = ["privacy.unit=example", "privacy.epsilon=8", "privacy.delta=1e-5"];
const localNoise = [...epsilon8, "privacy.noise=local"];
export const masks = [
  "federation.secureAggregation.helpers=coordinator",
  "federation.secureAggregation.minimumCohort=3",
  "federation.secureAggregation.minimumExamplesInSum=1",
];
/** Every example in every step, so that there is something to see of a client with one. */
const sharedNoise = [
  ...epsilon8,
  ...["privacy.noise=distributed", "privacy.samplingRate=1", "training.localSteps=1"],
  ...masks,
];

const update: Defence = {
  name: "a single update",
  set: [],
  adds: false,
  seen: ({ updates, truth }) =>
    updates.map((difference, client) => ({ difference, truth: at(truth, client) })),
};

const sum: Defence = {
  name: "the sum of three",
  set: [],
  adds: true,
  seen: (released) => [{ difference: released.sum, truth: poolExamples(released.truth) }],
};

/** Two helpers who tell each other their seeds, or all others who are in the sum and take their own parts off. */
const colluding: Defence = {
  name: "a masked update, to two helpers or all other members who collude",
  set: masks,
  adds: false,
  seen: ({ opened = [], truth }) =>
    opened.map((difference, client) => ({ difference, truth: at(truth, client) })),
};

export const defences: readonly Defence[] = [
  { ...update, picture: true },
  { ...sum, picture: true },
  { ...update, name: "a masked update", set: masks },
  { ...sum, name: "the sum of three masked updates", set: masks },
  colluding,
  { ...update, name: "an update with local noise", set: localNoise, picture: true },
  { ...sum, name: "a sum of three with local noise", set: localNoise },
  { ...sum, name: "a sum with distributed noise", set: sharedNoise, picture: true },
  { ...colluding, name: "a share of distributed noise, to those who collude", set: sharedNoise },
];

function at(truth: readonly Examples[], client: number): Examples {
  const own = truth[client];
  if (!own) throw new RangeError(`there is no client ${client}`);
  return own;
}
