import { trainingDiverged } from "../errors.ts";
import type { Evaluation } from "../task/evaluation.ts";
import { allFinite } from "./parameters.ts";
import type { TrainingOutcome } from "./trainer.ts";

/**
 * @param blame what may have led there
 * @throws TrainingDiverged
 */
export function assertTrained({ parameters, lossSum }: TrainingOutcome, who: string, blame: string): void {
  if (!allFinite(parameters) || !Number.isFinite(lossSum)) throw leftRange(who, blame);
}

export const leftRange = (who: string, blame: string) =>
  trainingDiverged(`the training of ${who} left the range of numbers; ${blame}`);

/**
 * A model of finite weights may still predict beyond all numbers, and then its loss has no place in a record.
 * @throws TrainingDiverged
 */
export function assertEvaluated({ lossSum }: Evaluation, whose: string, blame: string): void {
  if (Number.isFinite(lossSum)) return;
  throw trainingDiverged(`the loss of ${whose} left the range of numbers; ${blame}`);
}
