import { drawnPlan, type FaultPlan } from "../../local/chaos/plan.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import type { Dataset } from "../../shared/dataset/dataset.ts";

/** What a seed stands for: a small federation, and what goes wrong in it. */
export interface Situation {
  readonly seed: number;
  readonly run: string;
  readonly probability: number;
  readonly strategy: (typeof strategies)[number];
  readonly rounds: number;
  readonly config: Config;
  /** The same undisturbed: behind masks with the same integers in the open. */
  readonly reference: Config;
  readonly masked: boolean;
  readonly plan: FaultPlan;
}

export const clients = 3;
/** Without state, with state at the server, and with state at server and clients. */
const strategies = ["FedAvg", "FedAdam", "SCAFFOLD"] as const;
/** A few faults, some, and so many that hardly any run gets through. */
const probabilities = [0.03, 0.1, 0.3];
/** All clients, or two of the three. */
const quorums = [1, 0.6];

/** @param masked whether its clients mask what they send, and helpers open the sums */
export function situationOf(seed: number, masked = false): Situation {
  const pick = <T>(some: readonly T[], each: number): T => some[Math.floor(seed / each) % some.length] as T;
  const strategy = pick(strategies, 1);
  const probability = pick(probabilities, 3);
  const quorum = pick(quorums, 9);
  const rounds = pick([2, 3], 18);
  const run = `${masked ? "masked" : "chaos"}-${seed}`;
  const of = (share: number, helpers: string | null) =>
    smallConfig(strategy, rounds, share, { helpers, start: run });
  return {
    seed,
    run,
    probability,
    strategy,
    rounds,
    config: of(quorum, masked ? "coordinator" : null),
    reference: of(1, masked ? "none" : null),
    masked,
    plan: drawnPlan(probability, seed),
  };
}

/** Who opens masks, and the name that the start is drawn from then. */
interface Masks {
  readonly helpers: string | null;
  readonly start: string;
}

function smallConfig(strategy: string, rounds: number, quorum: number, { helpers, start }: Masks): Config {
  const few = { minimumCohort: 2, minimumExamplesInSum: 1 };
  const secureAggregation = helpers === null ? {} : { helpers, start, ...few };
  return resolveConfig({
    file: {
      dataset: { limit: 120 },
      partition: { kind: "iid", clients },
      model: { hidden: [4] },
      training: { batchSize: 8 },
      federation: { rounds, quorum, strategy: { name: strategy }, secureAggregation },
      baseline: { epochs: 2 },
    },
  });
}

/** The digits that fedstep carries, so that nothing is downloaded. */
export const openData = async (): Promise<Dataset> => openEmbeddedSample();
