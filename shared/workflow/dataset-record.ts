import type { Dataset } from "../dataset/dataset.ts";
import type { DatasetRecord } from "./run-record.ts";

/**
 * How a run knows its data set.
 * @param digest of its encoding
 */
export function datasetRecordOf(dataset: Dataset, digest: string): DatasetRecord {
  const { name, source, readWith, classes, examples, imageShape, classNames, featureNames, owners } = dataset;
  const { schema } = dataset;
  return {
    name,
    source,
    ...(readWith && { readWith: [...readWith] }),
    digest,
    examples: examples.count,
    features: examples.features,
    classes,
    ...(examples.y instanceof Float32Array && { target: "float32" as const }),
    element: examples.x instanceof Uint8Array ? "uint8" : "float32",
    ...(imageShape && { imageShape: [imageShape[0], imageShape[1]] }),
    ...(classNames && { classNames: [...classNames] }),
    ...(featureNames && { featureNames: [...featureNames] }),
    ...(schema && { schema }),
    ...(owners && { owners: owners.map((owner) => owner.name) }),
  };
}
