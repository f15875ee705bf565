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
  readonly plan: FaultPlan;
}

export const clients = 3;
/** Without state, with state at the server, and with state at server and clients. */
const strategies = ["FedAvg", "FedAdam", "SCAFFOLD"] as const;
/** A few faults, some, and so many that hardly any run gets through. */
const probabilities = [0.03, 0.1, 0.3];
/** All clients, or two of the three. */
const quorums = [1, 0.6];

export function situationOf(seed: number): Situation {
  const pick = <T>(some: readonly T[], each: number): T => some[Math.floor(seed / each) % some.length] as T;
  const strategy = pick(strategies, 1);
  const probability = pick(probabilities, 3);
  const quorum = pick(quorums, 9);
  const rounds = pick([2, 3], 18);
  return {
    seed,
    run: `chaos-${seed}`,
    probability,
    strategy,
    rounds,
    config: smallConfig(strategy, rounds, quorum),
    plan: drawnPlan(probability, seed),
  };
}

export function smallConfig(strategy: string, rounds: number, quorum: number): Config {
  return resolveConfig({
    file: {
      dataset: { limit: 120 },
      partition: { kind: "iid", clients },
      model: { hidden: [4] },
      training: { batchSize: 8 },
      federation: { rounds, quorum, strategy: { name: strategy } },
      baseline: { epochs: 2 },
    },
  });
}

/** The digits that fedstep carries, so that nothing is downloaded. */
export const openData = async (): Promise<Dataset> => openEmbeddedSample();
