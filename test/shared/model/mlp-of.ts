import type { MlpSpec } from "../../../shared/model/mlp/dense-layers.ts";

export const mlpOf = (features: number, hidden: readonly number[], outputs: number): MlpSpec => ({
  kind: "mlp",
  features,
  hidden,
  outputs,
});
