import type { ExportedLayer } from "../export/exported-layer.ts";
import { activationOf, denseLayers, type MlpSpec } from "./dense-layers.ts";

/** Each layer's kernel, inputs x outputs, and bias are views of the parameters. */
export function exportedDense(
  spec: MlpSpec,
  parameters: Float32Array,
  input: Readonly<Record<string, unknown>>,
  activation: string,
): ExportedLayer[] {
  const layers = denseLayers(spec);
  return layers.map(({ inputs, outputs, weight, bias }, i) => {
    const last = i === layers.length - 1;
    const name = last ? "output" : `hidden_${i + 1}`;
    const config = {
      name,
      trainable: true,
      dtype: "float32",
      ...(i === 0 && input),
      units: outputs,
      activation: last ? activation : activationOf(spec),
      use_bias: true,
    };
    const weights = [
      { name: `${name}/kernel`, shape: [inputs, outputs], data: parameters.subarray(weight, bias) },
      { name: `${name}/bias`, shape: [outputs], data: parameters.subarray(bias, bias + outputs) },
    ];
    return { description: { class_name: "Dense", config }, weights };
  });
}
