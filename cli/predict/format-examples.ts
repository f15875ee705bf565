import { exampleInvalid, isNamed } from "../../shared/errors.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { trainedLabel } from "../../shared/workflow/trained-label.ts";
import type { Reading } from "../dataset/formats/format.ts";
import { knownPlace, readPlaces } from "../dataset/formats/formats.ts";
import { placeAt } from "../dataset/place.ts";
import type { Table } from "../dataset/table.ts";
import type { Example } from "./example.ts";
import { namedColumns } from "./table-columns.ts";
import { labelOf, valuesOf } from "./table-examples.ts";

interface Asking extends Pick<Reading, "label" | "select" | "signal"> {
  readonly say?: ((note: string) => void) | undefined;
}

/**
 * The examples of a file or folder in a format that data may come in; undefined where it is in none.
 * @throws ExampleInvalid naming the file; the signal's reason
 */
export async function formatExamples(
  file: string,
  dataset: DatasetRecord,
  { say, ...asking }: Asking,
): Promise<Example[] | undefined> {
  try {
    const trained = dataset.schema?.label.name ?? trainedLabel(dataset);
    const known = knownPlace(await placeAt(file, "predict"), "predict");
    if (!known) return undefined;
    const [table] = await readPlaces([known], `${file} is`, {
      ...asking,
      origin: "predict",
      unlabelled: true,
      trainedLabel: trained,
    });
    if (!table) return undefined;
    for (const note of table.notes ?? []) say?.(note);
    return examplesOf(file, table, dataset);
  } catch (error) {
    if (!isNamed(error, "DatasetInvalid")) throw error;
    throw exampleInvalid(error.message, { cause: error });
  }
}

function examplesOf(file: string, table: Table, dataset: DatasetRecord): Example[] {
  const { x, count, features, featureNames, rowLabels, labels } = table;
  const order = featureNames && namedColumns(file, featureNames, dataset, undefined).features;
  if (!order && features !== dataset.features) {
    throw exampleInvalid(`${file} has ${features} features, and ${dataset.name} ${dataset.features}`);
  }
  if (x instanceof Uint8Array && dataset.element === "float32") {
    throw exampleInvalid(
      `${file} holds bytes, which stand for 0 to 1, and ${dataset.name} floats: write it as floats`,
    );
  }
  return Array.from({ length: count }, (_, row) => {
    const own = x.subarray(row * features, (row + 1) * features);
    const source = `${file}[${row}]`;
    const place = { source, file, row };
    const values = valuesOf(source, order ? order.map((at) => own[at] as number) : own, dataset);
    const label = labels[rowLabels[row] ?? -1]?.name;
    return { ...place, values, ...(label !== undefined && labelOf(source, label, dataset)) };
  });
}
