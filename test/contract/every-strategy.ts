import { test } from "vitest";
import type { ClientUpdate } from "../../shared/client/update.ts";
import { type StrategySettings, strategies, strategySettings } from "../../shared/strategy/strategies.ts";
import type { Round } from "../../shared/strategy/strategy.ts";

const cases: readonly StrategySettings[] = [
  ...Object.keys(strategies).map((name) => strategySettings.parse({ name })),
  ...[
    { name: "FedAvgM", momentum: 0.5, learningRate: 0.3 },
    { name: "FedAdagrad", beta1: 0.9 },
    { name: "FedYogi", beta1: 0, tau: 0.1 },
    { name: "SCAFFOLD", learningRate: 0.5 },
    { name: "TrimmedMean", beta: 0.34 },
    { name: "Krum", byzantine: 0 },
    { name: "Krum", byzantine: 2 },
    { name: "MultiKrum", byzantine: 1, selected: 5 },
    { name: "Bulyan", byzantine: 0 },
    { name: "Bulyan", byzantine: 2 },
  ].map((settings) => strategySettings.parse(settings)),
];

/** The laws of this folder hold for every strategy, whatever it does in between: with its defaults, and with other parameters. */
export const everyStrategy = cases.map((settings) => [JSON.stringify(settings), settings] as const);

/** A law that holds for some of them is no skipped test of the others. */
export const testIf = (holds: boolean) => (holds ? test : () => {});

export const runs = { numRuns: 60 };

export const first = ({ updates }: Round) => updates[0] as ClientUpdate;

/** The same model, steps and vectors from every client; the examples stay different. */
export const unanimous = (round: Round, model: Float32Array): Round => {
  const { steps, sent } = first(round);
  return { ...round, updates: round.updates.map((one) => ({ ...one, steps, sent, parameters: model })) };
};
