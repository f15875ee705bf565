import { isDecimal } from "../../shared/dataset/decimal.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import type { Table } from "./table.ts";

/**
 * The labels of a table as the numbers that a task of numbers is to predict, as float32.
 * @throws DatasetInvalid naming file, place and label where one is no number, or none that float32 has
 */
export function numberTargets({
  label: file,
  labelColumn,
  labels,
  rowLabels,
}: Table): Float32Array<ArrayBuffer> {
  const numbers = labels.map(({ name, firstAt = "its metadata" }) => {
    const number = isDecimal(name) ? Math.fround(Number(name)) : Number.NaN;
    if (Number.isFinite(number)) return number;
    throw datasetInvalid(
      `${file}: ${firstAt}, ${labelColumn} has ${JSON.stringify(name)}, and the task takes a number that float32 has ` +
        "there: mend the row, or take a task of classes",
    );
  });
  return Float32Array.from(rowLabels, (label) => numbers[label] as number);
}
