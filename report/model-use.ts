import { kindOf, type ModelSpec } from "../shared/model/spec.ts";
import type { OutputActivation } from "../shared/task/ending.ts";
import type { DatasetRecord } from "../shared/workflow/run-record.ts";

/**
 * How to load a model that was taken away, and what it takes and gives.
 * @param scaled whether the examples were standardized for training
 */
export function modelUse(
  model: ModelSpec,
  ending: OutputActivation,
  dataset: DatasetRecord,
  scaled: boolean,
): string[] {
  const { features, outputs } = model;
  return [
    `Input: float32 [examples, ${features}], ${inputOf(dataset)}. Output: [examples, ${outputs}], ` +
      `${ending.values}.`,
    ...(dataset.schema
      ? [
          "",
          "The features are made of a table's columns by `schema` in the metadata of both files: words, dates, gaps and values that",
          "it does not list. `docs/models.md`, which comes with fedstep, has this step by step, in Python and JavaScript.",
        ]
      : []),
    "",
    "TensorFlow.js, from `model.json` with `weights.bin` beside it:",
    "",
    "```js",
    'const model = await tf.loadLayersModel("model.json");',
    `const ${ending.called} = model.predict(tf.tensor2d(values, [values.length / ${features}, ${features}]));`,
    "```",
    "",
    "Python, from `model.safetensors`:",
    "",
    "```python",
    ...pythonImports(scaled),
    ...kindOf(model).python(model),
    ...ending.python,
    "```",
    ...(scaled
      ? [
          "",
          "In training each feature was scaled to mean 0 and deviation 1, by what the clients reported of it. In",
          "`model.json` this is the first layer; in `model.safetensors` it stands in the metadata.",
        ]
      : []),
  ];
}

function inputOf({ imageShape, element, featureNames }: DatasetRecord): string {
  const what = imageShape
    ? `the ${imageShape.join(" x ")} pixels row by row`
    : "the features in the data set's order";
  const names = featureNames ? ` (${featureNames.map((name) => `\`${name}\``).join(", ")})` : "";
  const unit =
    element === "float32" ? "as they stand there" : "each byte divided by 255 so that it lies in 0 ... 1";
  return `${what}${names}, ${unit}`;
}

function pythonImports(scaled: boolean): string[] {
  if (!scaled) {
    return [
      "import numpy as np",
      "from safetensors.numpy import load_file",
      "",
      'layers = load_file("model.safetensors")',
    ];
  }
  return [
    "import json",
    "import numpy as np",
    "from safetensors import safe_open",
    "",
    'with safe_open("model.safetensors", framework="np") as file:',
    "    layers = {name: file.get_tensor(name) for name in file.keys()}",
    '    scaling = json.loads(file.metadata()["scaling"])',
    'values = (values - np.array(scaling["mean"])) / np.array(scaling["deviation"])',
  ];
}
