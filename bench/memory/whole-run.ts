import { clientsAtOnce, plannedCounts } from "../../cloud/cost/run-counts.ts";
import type { FunctionName } from "../../functions/footprints.ts";
import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import type { Sample } from "./sample.ts";

export interface WholeRun {
  readonly gbSeconds: number;
  /** Along its critical path, initializations included and what Step Functions takes between states not. */
  readonly seconds: number;
}

/**
 * A run of all its rounds and epochs, from what was measured of a few: each invocation takes what the later ones took.
 * @param measuredEpochs that the baseline's invocation trained
 */
export function wholeRun(
  config: Config,
  sample: (name: FunctionName) => Sample,
  measuredEpochs: number,
): WholeRun {
  const { rounds, trainings, evaluations, baseline } = plannedCounts(config);
  const atOnce = clientsAtOnce(participantCounts(config));
  const beginning = (name: FunctionName) => sample(name).initMs + sample(name).firstMs;
  const again = (name: FunctionName) => sample(name).nextMs ?? Number.NaN;
  const baselineMs = baseline
    ? beginning("TrainBaseline") + (baseline.epochs - measuredEpochs) * again("TrainBaseline")
    : 0;
  const billedMs: Record<FunctionName, number> = {
    PrepareRun: beginning("PrepareRun"),
    TrainClient:
      atOnce * beginning("TrainClient") + (trainings + evaluations - atOnce) * again("TrainClient"),
    // nothing is masked here
    OpenSums: 0,
    AggregateRound: beginning("AggregateRound") + rounds * again("AggregateRound"),
    TrainBaseline: baselineMs,
    FinishRun: beginning("FinishRun"),
  };
  const firstRound = beginning("TrainClient") + beginning("AggregateRound");
  const laterRounds = rounds * (again("TrainClient") + again("AggregateRound"));
  const pathMs = billedMs.PrepareRun + Math.max(firstRound + laterRounds, baselineMs) + billedMs.FinishRun;
  const names = Object.keys(billedMs) as FunctionName[];
  return {
    gbSeconds: names.reduce((sum, name) => sum + (billedMs[name] / 1000) * (sample(name).memoryMb / 1024), 0),
    seconds: pathMs / 1000,
  };
}
