import { parse } from "csv-parse/sync";
import { labelAt } from "../../../cli/dataset/csv-header.ts";
import type { Table } from "../../../cli/dataset/table.ts";
import { datasetInvalid } from "../../../shared/errors.ts";
import { parseNumber } from "../../../tables/csv-number.ts";

/**
 * How fedstep read tables of RFC 4180 before it read bytes: csv-parse makes a string of each cell. Other readers are held
 * against it.
 */
export function referenceTable(file: string, bytes: Uint8Array, column: string | undefined) {
  const records: { fields: string[]; line: number }[] = [];
  const take = (fields: string[], { lines }: { lines: number }) => {
    records.push({ fields, line: lines });
    return null;
  };
  const options = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true };
  let fault: unknown;
  try {
    parse(Buffer.from(bytes), { ...options, on_record: take });
  } catch (error) {
    // records before it are read first
    fault = error;
  }
  const [first, ...rows] = records;
  if (!first && fault !== undefined) throw datasetInvalid(`${file} is not CSV`);
  if (!first) throw datasetInvalid(`${file} is empty: CSV begins with a line of column names`);
  const { fields: header } = first;
  const at = labelAt(file, { header, line: first.line }, column);
  const [x, rowLabels]: [number[], number[]] = [[], []];
  const exact: number[][] = header.map(() => []);
  const labels: { name: string; firstAt: string }[] = [];
  for (const { fields, line } of rows) {
    if (fields.length !== header.length) {
      throw datasetInvalid(
        `${file}: line ${line} has ${fields.length} fields, and the header ${header.length}`,
      );
    }
    for (const [i, text] of fields.entries()) {
      const place = `${file}: line ${line}, column "${header[i]}"`;
      if (i === at) {
        if (text === "") throw datasetInvalid(`${place} is empty: every row needs a label`);
        const known = labels.findIndex(({ name }) => name === text);
        rowLabels.push(known < 0 ? labels.push({ name: text, firstAt: `line ${line}` }) - 1 : known);
        continue;
      }
      const value = parseNumber(text);
      if (typeof value === "string") throw datasetInvalid(`${place} ${value}`);
      x.push(value);
      exact[i]?.push(Number(text));
    }
  }
  if (fault !== undefined) throw datasetInvalid(`${file} is not CSV`);
  if (rowLabels.length === 0) throw datasetInvalid(`${file} has a header, but no rows`);
  return {
    x: Float32Array.from(x),
    exact: exact.toSpliced(at, 1),
    featureNames: header.toSpliced(at, 1),
    rowLabels: Int32Array.from(rowLabels),
    labels,
    count: rowLabels.length,
  } satisfies Partial<Table> & { exact: number[][] };
}
