import { isRecord } from "../../config/discriminated.ts";
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
 * Sequential, or Model, of the kind's layers, the task's activation at the end. It takes [examples, features] as they stand in the data
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
        ...topology(name, model.features, layers),
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

/** A Sequential; where a layer takes other outputs than those of the one before it, a model of named layers. */
function topology(name: string, features: number, layers: readonly ExportedLayer[]) {
  if (layers.every(({ takes }) => takes === undefined)) {
    return {
      class_name: "Sequential",
      config: { name, layers: layers.map(({ description }) => description) },
    };
  }
  const input = { batch_input_shape: [null, features], dtype: "float32", sparse: false, name: "input" };
  const nodes = (takes: readonly string[]) => [takes.map((taken) => [taken, 0, 0, {}])];
  const named = layers.map(({ description, takes }, i) => {
    const before = layers[i - 1];
    const called = nameOf(description);
    const from = takes ?? [before ? nameOf(before.description) : input.name];
    return { ...description, name: called, inbound_nodes: nodes(from) };
  });
  const last = named.at(-1)?.name ?? input.name;
  return {
    class_name: "Model",
    config: {
      name,
      layers: [{ class_name: "InputLayer", config: input, name: input.name, inbound_nodes: [] }, ...named],
      input_layers: [[input.name, 0, 0]],
      output_layers: [[last, 0, 0]],
    },
  };
}

/** @throws RangeError where a layer's description has no name */
function nameOf({ config }: ExportedLayer["description"]): string {
  const name: unknown = isRecord(config) ? config.name : undefined;
  if (typeof name === "string") return name;
  throw new RangeError("a layer without a name");
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
