import type { Examples } from "../dataset/examples.ts";
import { objectInvalid } from "../errors.ts";
import type { ModelData } from "./any-spec.ts";

/** @throws ObjectInvalid when the examples do not fit the model, or their sizes not each other */
export function checkExamples({ x, y, count, features }: Examples, model: ModelData): void {
  if (features !== model.features || x.length !== count * features || y.length !== count) {
    throw objectInvalid(
      `${count} examples of ${model.features} features expected, got ${x.length} values, ${features} per example, and ${y.length} labels`,
    );
  }
}

/** What a task says of targets. */
export interface TargetCheck {
  wrongTarget(target: number, outputs: number): string | undefined;
}

/** @throws ObjectInvalid where an example has a target that the task has not */
export function checkTargets(task: TargetCheck, { y }: Examples, { outputs }: ModelData): void {
  for (const target of y) {
    const wrong = task.wrongTarget(target, outputs);
    if (wrong !== undefined) throw objectInvalid(wrong);
  }
}
