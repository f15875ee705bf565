import type { Examples } from "../dataset/examples.ts";
import { objectInvalid } from "../errors.ts";
import type { ModelShape } from "./shape.ts";

/** @throws ObjectInvalid when the examples do not belong to the shape, or their sizes not to each other */
export function checkExamples({ x, y, count, features }: Examples, shape: ModelShape): void {
  if (features !== shape.features || x.length !== count * features || y.length !== count) {
    throw objectInvalid(
      `${count} examples of ${shape.features} features expected, got ${x.length} values, ${features} per example, and ${y.length} labels`,
    );
  }
  const stranger = y.find((label) => label < 0 || label >= shape.classes);
  if (stranger !== undefined) {
    throw objectInvalid(`label ${stranger} is not one of ${shape.classes} classes`);
  }
}
