import { reportPage } from "../../report/page.ts";
import type { Story } from "../../report/story.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { encodedFeatures } from "../../shared/schema/encode.ts";
import { tableSchema } from "../../shared/schema/table-schema.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";
import { toldStory } from "./told-story.ts";

const classes = ["none", "hypertension", "myocardial infarction", "atrial fibrillation"];

/** One of so many columns: mostly numbers, some of them with gaps, units and ranges; categories and dates. */
function columnOf(at: number): object {
  if (at % 10 === 3) {
    const categories = ["cardiology and heart surgery", "b", "c"];
    return { name: `group ${at}`, type: "category", categories, missing: "category" };
  }
  if (at % 10 === 7) return { name: `seen on ${at}`, type: "date", missing: "2020-01-01" };
  return {
    name: at === 5 ? "a_very_long_column_name_as_exports_of_hospital_systems_have_them" : `lab value ${at}`,
    unit: at % 3 ? "mmol/l" : "g",
    ...(at % 4 === 0 && { range: [0, 10] }),
    ...(at % 5 === 2 && { missing: 4 }),
  };
}

/** A story over tables of so many columns, each scaled by mean 1 and deviation 1, with models that have learned nothing. */
export function manyFieldsStory(count: number): Story {
  const schema = tableSchema.parse({
    format: 1,
    columns: Array.from({ length: count }, (_, at) => columnOf(at)),
    label: { name: "diagnosis", task: "classification", classes },
  });
  const featureNames = encodedFeatures(schema);
  const features = featureNames.length;
  const model = mlpOf(features, [8], classes.length);
  const scaling = { mean: featureNames.map(() => 1), deviation: featureNames.map(() => 1) };
  const [federated, baseline] = [1, 2].map((seed) => initialParameters(model, seed));
  if (!federated || !baseline) throw new Error("there are two models");
  const models = { model, fit: {}, scaling, federated, baseline };
  const story = toldStory({ classes: classes.length, models });
  const { imageShape: _, ...dataset } = story.result.dataset;
  const read = {
    ...dataset,
    features,
    featureNames,
    schema,
    classNames: classes,
    element: "float32" as const,
  };
  return { ...story, result: { ...story.result, dataset: read } };
}

export const manyFieldsPage = (count: number) => reportPage(manyFieldsStory(count));
