import type { ObjectSize } from "../../tensors/object-size.ts";
import type { DatasetRecord } from "../../workflow/run-record.ts";
import type { ModelSpec } from "../spec.ts";
import { likeModel } from "../vector-shape.ts";
import { vectorsSize } from "../vectors-size.ts";

/** Of a model's card but for what it says of each class. */
const card = 2 ** 16;
/** Of a class in the card, and of a feature's mean and deviation as JSON: beside their names. */
const [perClass, perFeature] = [256, 128];

/** How large each file of a model to take away can be: weights, names, a schema, and what scales a table. */
export function modelFileSize(dataset: DatasetRecord, model: ModelSpec): ObjectSize {
  const { features, classes, classNames = [], featureNames = [], schema = null } = dataset;
  const names = new TextEncoder().encode(JSON.stringify([classNames, featureNames, schema])).length;
  // as JSON in JSON a name is twice as long at the most, and a column's may stand there once more
  const told = card + perClass * classes + perFeature * features + 4 * names;
  return vectorsSize(model, [likeModel], told);
}
