import { checkConfig } from "../../../cloud/limits/check-config.ts";
import type { Config } from "../../../shared/config/schema.ts";
import { planStudy } from "../../../shared/study/plan.ts";
import { type CellOutcome, studyOutcome } from "../../../shared/study/results.ts";
import type { Result } from "../../../shared/workflow/result-record.ts";

export const dataset = {
  name: "toy",
  source: "test",
  digest: "0".repeat(64),
  examples: 1_000,
  features: 4,
  classes: 2,
};

const model = { examples: 1, loss: 0.1, confusion: [[1]], weightsSha256: "a".repeat(64) };

/** A result with these accuracies after each round; the last is the run's. */
export function resultOf(
  config: Config,
  accuracies: readonly number[],
  centralized: number | null,
  seconds = 10,
): Result {
  const federated = accuracies.at(-1) ?? 0;
  return {
    run: `run-${config.seed}`,
    config,
    dataset,
    clients: [],
    federated: {
      ...model,
      round: accuracies.length,
      accuracy: federated,
      chainSha256: "cd".repeat(32),
      ended: "rounds",
      rounds: accuracies.map((accuracy, i) => ({
        round: i + 1,
        examples: 1,
        accuracy,
        loss: 0.1,
        clients: 2,
        seconds: 1,
      })),
    },
    baseline: centralized === null ? null : { ...model, accuracy: centralized, epochs: [] },
    compared: centralized === null ? null : { examples: 1, federated, baseline: centralized },
    ratio: centralized === null ? null : federated / centralized,
    seconds,
    invocations: { count: 1, cold: 1, billedMs: 1, gbSeconds: 1 },
  };
}

export interface Ended {
  readonly accuracies?: readonly number[];
  readonly centralized?: number | null;
  readonly seconds?: number;
  readonly error?: string;
}

/** The outcome of a study whose runs ended as said; those that nothing is said about have not. */
export function endedStudy(
  input: object,
  endOf: (labels: readonly string[], seed: number) => Ended | undefined,
) {
  const plan = planStudy(input, checkConfig);
  const outcomes = plan.runs.flatMap(({ cell, config }): CellOutcome[] => {
    const end = endOf(cell.labels, config.seed);
    if (!end) return [];
    const { accuracies = [], centralized = null, seconds, error } = end;
    if (error !== undefined) return [{ cell, failed: { run: "run", seed: config.seed, error } }];
    return [{ cell, result: resultOf(config, accuracies, centralized, seconds) }];
  });
  // the order in which runs end says nothing
  return studyOutcome(plan, outcomes.reverse(), dataset, "1.2.3");
}
