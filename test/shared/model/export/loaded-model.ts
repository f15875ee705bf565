import * as tf from "@tensorflow/tfjs";
import type { Examples } from "../../../../shared/dataset/examples.ts";

/** The model that TensorFlow.js loads as from a web server that holds these files, and nothing else. */
export async function loadFromFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<tf.LayersModel> {
  await tf.setBackend("cpu");
  const fetchFunc = async (url: string): Promise<Response> => {
    const file = files[url.replace("https://models.invalid/", "")];
    return file === undefined
      ? new Response(null, { status: 404 })
      : new Response(Uint8Array.from(toBytes(file)));
  };
  return tf.loadLayersModel(
    tf.io.http("https://models.invalid/model.json", { fetchFunc: fetchFunc as typeof fetch }),
  );
}

/** Its values for each example; pixels are scaled to 0 ... 1 as the card tells. */
export async function predictByTensorflow(model: tf.LayersModel, examples: Examples): Promise<number[][]> {
  const { x, count, features } = examples;
  const values = x instanceof Uint8Array ? Float32Array.from(x, (byte) => byte / 255) : x;
  const output = tf.tidy(() => model.predict(tf.tensor2d(values, [count, features])) as tf.Tensor2D);
  const predicted = await output.array();
  output.dispose();
  return predicted;
}

/** Computed from the loaded model's probabilities alone. */
export async function evaluateByTensorflow(model: tf.LayersModel, examples: Examples) {
  const { y, count } = examples;
  const probabilities = await predictByTensorflow(model, examples);
  let [correct, lossSum] = [0, 0];
  probabilities.forEach((row, i) => {
    const label = y[i] as number;
    if (row.indexOf(Math.max(...row)) === label) correct++;
    lossSum -= Math.log(row[label] as number);
  });
  return { probabilities, accuracy: correct / count, loss: lossSum / count };
}

const toBytes = (file: string | Uint8Array) =>
  typeof file === "string" ? new TextEncoder().encode(file) : file;
