import type { ActivationName, MlpSpec } from "../../../shared/model/mlp/dense-layers.ts";

export const mlpOf = (
  features: number,
  hidden: readonly number[],
  outputs: number,
  activation: ActivationName = "relu",
): MlpSpec => ({
  kind: "mlp",
  features,
  hidden,
  outputs,
  ...(activation !== "relu" && { activation }),
});
