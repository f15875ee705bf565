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
  const stranger = y.find((label) => label < 0 || label >= model.outputs);
  if (stranger !== undefined) {
    throw objectInvalid(`label ${stranger} is not one of ${model.outputs} classes`);
  }
}
