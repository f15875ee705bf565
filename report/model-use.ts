import type { ModelShape } from "../shared/model/shape.ts";
import type { DatasetRecord } from "../shared/workflow/records.ts";

/** How to load a model that was taken away, and what it takes and gives. */
export function modelUse({ features, hidden, classes }: ModelShape, { imageShape }: DatasetRecord): string[] {
  const layers = hidden.length + 1;
  const pixels = imageShape
    ? ` the ${imageShape.join(" x ")} pixels row by row, each byte divided by 255 so that it lies in 0 ... 1.`
    : " the features in the order of the data set, as they stand there.";
  return [
    `Input: float32 [examples, ${features}],${pixels} Output: [examples, ${classes}], the probability of each class.`,
    "",
    "TensorFlow.js, from `model.json` with `weights.bin` beside it:",
    "",
    "```js",
    'const model = await tf.loadLayersModel("model.json");',
    `const probabilities = model.predict(tf.tensor2d(values, [values.length / ${features}, ${features}]));`,
    "```",
    "",
    "Python, from `model.safetensors`:",
    "",
    "```python",
    "import numpy as np",
    "from safetensors.numpy import load_file",
    "",
    'layers = load_file("model.safetensors")',
    `for i in range(${layers}):`,
    '    values = values @ layers[f"layers.{i}.weight"] + layers[f"layers.{i}.bias"]',
    `    values = np.maximum(values, 0) if i < ${layers - 1} else values`,
    "values = np.exp(values - values.max(axis=1, keepdims=True))",
    "probabilities = values / values.sum(axis=1, keepdims=True)",
    "```",
  ];
}
