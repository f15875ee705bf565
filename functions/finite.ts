import { trainingDiverged } from "../shared/errors.ts";
import { allFinite } from "../shared/model/parameters.ts";
import type { TrainingOutcome } from "../shared/model/trainer.ts";

/** @throws TrainingDiverged */
export function assertFinite(
  { parameters, lossSum }: TrainingOutcome,
  who: string,
  learningRate: number,
): void {
  if (allFinite(parameters) && Number.isFinite(lossSum)) return;
  throw trainingDiverged(
    `the training of ${who} left the range of numbers; training.learningRate ${learningRate} is probably too large`,
  );
}
