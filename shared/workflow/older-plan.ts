import { isRecord } from "../config/discriminated.ts";

/**
 * A plan as this version reads it. Records of format 0 and 1 know one kind of model, and hold its shape: {"shape":
 * {"features", "hidden", "classes"}}.
 */
export function withModel(plan: unknown): unknown {
  if (!isRecord(plan) || !isRecord(plan.shape) || Object.hasOwn(plan, "model")) return plan;
  const { shape, ...rest } = plan;
  const { classes: outputs, ...widths } = shape;
  return { ...rest, model: { kind: "mlp", ...widths, outputs } };
}
