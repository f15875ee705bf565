import { parameterTensors } from "../parameters.ts";
import { denseLayers, type ModelShape } from "../shape.ts";

/** Name of the file beside model.json, which names it. */
export const weightsFile = "weights.bin";

/** What tf.loadLayersModel reads: model.json, and the weights beside it. */
export interface LayersModel {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** float32, little-endian: of each layer its kernel, inputs x outputs, and its bias. */
  readonly weights: Uint8Array;
}

/**
 * A model in TensorFlow.js' layers format (https://js.tensorflow.org/api/latest, tf.io.ModelJSON): a Keras
 * Sequential of dense layers, ReLU between, softmax at the end. It takes [examples, features].
 * @param metadata what else the file says, for whoever opens it
 */
export function layersModel(
  name: string,
  shape: ModelShape,
  parameters: Float32Array,
  metadata: Readonly<Record<string, unknown>>,
): LayersModel {
  const layers = denseLayers(shape);
  const nameOf = (layer: number) => (layer < layers.length - 1 ? `hidden_${layer + 1}` : "output");
  const tensors = parameterTensors(shape, parameters);
  return {
    manifest: {
      format: "layers-model",
      generatedBy: "fedstep",
      convertedBy: null,
      modelTopology: {
        class_name: "Sequential",
        config: {
          name,
          layers: layers.map(({ inputs, outputs }, i) => ({
            class_name: "Dense",
            config: {
              name: nameOf(i),
              trainable: true,
              dtype: "float32",
              ...(i === 0 && { batch_input_shape: [null, inputs] }),
              units: outputs,
              activation: i < layers.length - 1 ? "relu" : "softmax",
              use_bias: true,
            },
          })),
        },
        keras_version: "tfjs-layers 4.22.0",
        backend: "tensor_flow.js",
      },
      weightsManifest: [
        {
          paths: [weightsFile],
          // two tensors of each layer, in the order in which the flat vector has them
          weights: tensors.map((tensor, i) => ({
            name: `${nameOf(Math.floor(i / 2))}/${i % 2 === 0 ? "kernel" : "bias"}`,
            shape: tensor.shape,
            dtype: "float32",
          })),
        },
      ],
      userDefinedMetadata: metadata,
    },
    weights: new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength),
  };
}
