import type { Scaling } from "../../dataset/scaling.ts";
import { kindOf, type ModelSpec } from "../spec.ts";
import type { ExportedLayer } from "./exported-layer.ts";
import { normalizationLayer } from "./normalization.ts";

/** Name of the file beside model.json, which names it. */
export const weightsFile = "weights.bin";

/** What tf.loadLayersModel reads: model.json, and the weights beside it. */
export interface LayersModel {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** float32, little-endian: of the scaling its four vectors, then each layer's, in the manifest's order. */
  readonly weights: Uint8Array;
}

/**
 * A model in TensorFlow.js' layers format (https://js.tensorflow.org/api/latest, tf.io.ModelJSON): a Keras
 * Sequential of the kind's layers, the task's activation at the end. It takes [examples, features] as they stand in the data
 * set, bytes as 0 to 1.
 * @param parameters flat, by the layout
 * @param activation what Keras calls that which is done to the outputs
 * @param scaling what examples go through before they go into the first of these layers
 * @param metadata what else the file says, for whoever opens it
 * @param after layers behind those of the model
 */
export function layersModel(
  name: string,
  model: ModelSpec,
  parameters: Float32Array,
  activation: string,
  scaling: Scaling | null,
  metadata: Readonly<Record<string, unknown>>,
  after: readonly ExportedLayer[] = [],
): LayersModel {
  const input = scaling ? {} : { batch_input_shape: [null, model.features] };
  const layers = [
    ...(scaling ? [normalizationLayer(model.features, scaling)] : []),
    ...kindOf(model).exportedLayers(model, parameters, input, activation),
    ...after,
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

function joined(vectors: readonly ArrayBufferView[]): Uint8Array {
  const bytes = new Uint8Array(vectors.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of vectors) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}
