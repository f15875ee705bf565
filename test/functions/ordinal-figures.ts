import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Examples } from "../../shared/dataset/examples.ts";
import { toy } from "./played-run.ts";

export const ordinalConfig = (...set: string[]) =>
  resolveConfig({
    file: { ...toy, training: { batchSize: 4, learningRate: 0.05 }, federation: { rounds: 8 } },
    set: ["task.kind=ordinal", "task.step=0.5", "model.hidden=[]", ...set],
  });

/** x w + b and its errors in float64, from the weights and the examples alone. */
export function errorsOf(parameters: Float32Array, { x, y, count, features }: Examples): number[] {
  return Array.from({ length: count }, (_, row) => {
    const values = Array.from(x.subarray(row * features, (row + 1) * features), (byte) => byte / 255);
    const output = values.reduce(
      (sum, value, i) => sum + value * (parameters[i] ?? NaN),
      parameters[features] ?? NaN,
    );
    return output - 0.5 * (y[row] ?? NaN);
  });
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Its figures are those of a task that no type knows. */
export const errorIn = (figures: object) =>
  (figures as { readonly meanAbsoluteError: number }).meanAbsoluteError;
