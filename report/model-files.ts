import type { Scaling } from "../shared/dataset/scaling.ts";
import type { ModelFile, ModelName } from "../shared/layout.ts";
import { layersModel } from "../shared/model/export/layers-model.ts";
import { parameterTensors } from "../shared/model/parameters.ts";
import { kindOf } from "../shared/model/spec.ts";
import { filledFeatures } from "../shared/schema/encode.ts";
import { featureColumns, type TableSchema } from "../shared/schema/table-schema.ts";
import { taskOf } from "../shared/task/tasks.ts";
import { encodeSafetensors } from "../shared/tensors/safetensors.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { modelCard } from "./model-card.ts";
import { thresholdOf } from "./model-details.ts";

/** One file of a model, as it is written. */
export interface WrittenFile {
  readonly file: ModelFile;
  readonly content: Uint8Array | string;
  readonly type: string;
}

/**
 * One of the models that a run ended with, so that others can take it away: for TensorFlow.js, as safetensors, with a
 * card. TensorFlow.js' takes tables as they stand; safetensors holds the weights that were trained, and the scaling.
 * The same outcome gives the same bytes.
 * @param parameters flat, by the layout
 */
export function modelFilesOf(
  { run, model, scaling, dataset, fit = {} }: Plan,
  outcome: Outcome,
  name: ModelName,
  parameters: Float32Array,
): WrittenFile[] {
  const figures = outcome[name];
  if (!figures) return [];
  const { classNames, featureNames, schema, element } = dataset;
  const { weightsSha256 } = figures;
  const facts = {
    run,
    model: name,
    weightsSha256,
    ...(classNames && { classNames }),
    ...(featureNames && { featureNames }),
    // by which a table's columns become features
    ...(schema && { schema }),
    ...(schema && scaling?.filled && { gaps: meansOfGaps(schema, scaling) }),
  };
  const { activation, layers, stated } = taskOf(outcome.config).ending(fit);
  const threshold = thresholdOf(outcome, figures);
  const task = {
    kind: outcome.config.task.kind,
    ...stated,
    ...(fit.positive !== undefined && { positive: fit.positive }),
    ...(threshold !== undefined && { threshold }),
  };
  const { manifest, weights } = layersModel(
    name,
    model,
    parameters,
    activation,
    scaling,
    { ...facts, task },
    layers,
  );
  const tensors = parameterTensors(model, parameters);
  return [
    { file: "model.json", content: `${JSON.stringify(manifest, null, 2)}\n`, type: "application/json" },
    { file: "weights.bin", content: weights, type: "application/octet-stream" },
    {
      file: "model.safetensors",
      content: encodeSafetensors(
        tensors,
        // what comes before the weights, features to inputs by element and scaling, and what comes behind them
        inMetadata({
          ...facts,
          task,
          ...kindOf(model).stated?.(model),
          ...(element !== "float32" && { element: "uint8" }),
          ...(scaling && { scaling }),
          ...(fit.targets && { targets: fit.targets }),
        }),
      ),
      type: "application/octet-stream",
    },
    {
      file: "README.md",
      content: modelCard(name, outcome, figures, { scaling, fit }),
      type: "text/markdown; charset=utf-8",
    },
  ];
}

/** safetensors' metadata holds texts only: what is none stands there as JSON. */
function inMetadata(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === "string" ? fact : JSON.stringify(fact),
    ]),
  );
}

/** What takes the place of a gap, by the name of each column whose gaps take the mean: in days since 1970 of a date. */
function meansOfGaps(schema: TableSchema, { mean }: Scaling): Record<string, number> {
  const columns = featureColumns(schema).filter(({ missing }) => missing === "mean");
  const places = filledFeatures(schema).map(([value]) => value);
  return Object.fromEntries(columns.map(({ name }, at) => [name, mean[places[at] ?? -1] ?? 0]));
}
