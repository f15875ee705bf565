import type { Scaling } from "../../dataset/scaling.ts";
import { parameterTensors } from "../parameters.ts";
import { denseLayers, type ModelShape } from "../shape.ts";
import { type ExportedLayer, normalizationLayer } from "./normalization.ts";

/** Name of the file beside model.json, which names it. */
export const weightsFile = "weights.bin";

/** What tf.loadLayersModel reads: model.json, and the weights beside it. */
export interface LayersModel {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** float32, little-endian: of the scaling its four vectors, then of each layer its kernel, inputs x outputs, and bias. */
  readonly weights: Uint8Array;
}

/**
 * A model in TensorFlow.js' layers format (https://js.tensorflow.org/api/latest, tf.io.ModelJSON): a Keras
 * Sequential of dense layers, ReLU between, softmax at the end. It takes [examples, features] as they stand in the data
 * set, bytes as 0 to 1.
 * @param parameters flat in the order of denseLayers
 * @param scaling what examples go through before they go into the first dense layer
 * @param metadata what else the file says, for whoever opens it
 */
export function layersModel(
  name: string,
  shape: ModelShape,
  parameters: Float32Array,
  scaling: Scaling | null,
  metadata: Readonly<Record<string, unknown>>,
): LayersModel {
  const layers = [
    ...(scaling ? [normalizationLayer(shape.features, scaling)] : []),
    ...exportedDense(shape, parameters, scaling === null),
  ];
  const weights = layers.flatMap((layer) => layer.weights);
  return {
    manifest: {
      format: "layers-model",
      generatedBy: "fedstep",
      convertedBy: null,
      modelTopology: {
        class_name: "Sequential",
        config: { name, layers: layers.map(({ description }) => description) },
        keras_version: "tfjs-layers 4.22.0",
        backend: "tensor_flow.js",
      },
      weightsManifest: [
        {
          paths: [weightsFile],
          weights: weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
        },
      ],
      userDefinedMetadata: metadata,
    },
    weights: joined(weights.map(({ data }) => data)),
  };
}

/** @param isFirst whether the first of them takes the input */
function exportedDense(shape: ModelShape, parameters: Float32Array, isFirst: boolean): ExportedLayer[] {
  const layers = denseLayers(shape);
  const tensors = parameterTensors(shape, parameters);
  return layers.map(({ inputs, outputs }, i) => {
    const last = i === layers.length - 1;
    const name = last ? "output" : `hidden_${i + 1}`;
    const config = {
      name,
      trainable: true,
      dtype: "float32",
      ...(isFirst && i === 0 && { batch_input_shape: [null, inputs] }),
      units: outputs,
      activation: last ? "softmax" : "relu",
      use_bias: true,
    };
    // two tensors of each layer, in the order in which the flat vector has them
    const weights = tensors
      .slice(2 * i, 2 * i + 2)
      .map((tensor, j) => ({ ...tensor, name: `${name}/${j === 0 ? "kernel" : "bias"}` }));
    return { description: { class_name: "Dense", config }, weights };
  });
}

function joined(vectors: readonly ArrayBufferView[]): Uint8Array {
  const bytes = new Uint8Array(vectors.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of vectors) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}
