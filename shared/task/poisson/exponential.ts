import type { ExportedLayer } from "../../model/export/exported-layer.ts";

/** Squarings: the exponential of a 16th is taken, and that squared four times. */
const squarings = 4;

/** Up to this output the layers are the exponential; TensorFlow.js has none among its activations. */
export const mostOutput = 2 ** squarings;

/**
 * unit e^z of one output z <= 16, as layers that TensorFlow.js has: elu(x) = e^x - 1 for x <= 0 gives e^(z / 16) by
 * e (elu(z / 16 - 1) + 1), and four multiplications by itself its 16th power. A relative error of about 1e-5 for z from -16.
 */
export function exponentialLayers(unit: number): ExportedLayer[] {
  const dense = (name: string, activation: string, kernel: number, bias: number): ExportedLayer => ({
    description: {
      class_name: "Dense",
      config: { name, trainable: false, dtype: "float32", units: 1, activation, use_bias: true },
    },
    weights: [
      { name: `${name}/kernel`, shape: [1, 1], data: Float32Array.of(kernel) },
      { name: `${name}/bias`, shape: [1], data: Float32Array.of(bias) },
    ],
  });
  const multiplied = Array.from({ length: squarings }, (_, i): ExportedLayer => {
    const [name, before] = [`square_${i + 1}`, i === 0 ? "root" : `square_${i}`];
    return {
      description: { class_name: "Multiply", config: { name, trainable: false, dtype: "float32" } },
      weights: [],
      takes: [before, before],
    };
  });
  return [
    dense("lowered", "elu", 1 / mostOutput, -1),
    dense("root", "linear", Math.E, Math.E),
    ...multiplied,
    dense("rate", "linear", unit, 0),
  ];
}
