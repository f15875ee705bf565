import { datasetInvalid } from "../../shared/errors.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import { type Origin, readNamed } from "../../tables/named-path.ts";
import { readCsvTable } from "./csv-table.ts";
import { readSafetensorsTable } from "./safetensors-table.ts";

import type { Table } from "./table.ts";

export type TableFormat = "csv" | "safetensors";

const extension = /\.(?:(?<csv>csv)|(?<safetensors>safetensors))(?:\.gz)?$/i;

/** By the file's name; undefined where it is no table that fedstep reads. */
export function tableFormat(file: string): TableFormat | undefined {
  const groups = extension.exec(file)?.groups;
  return groups && (groups.csv ? "csv" : "safetensors");
}

/** The file's name without what tells its format. */
export function tableName(file: string): string {
  return file.replace(extension, "");
}

export interface TableReading {
  /** The CSV column that --label names. */
  readonly column: string | undefined;
  readonly origin: Origin;
  /** What the person says of how CSV files are written. */
  readonly csv?: SaidDialect | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws DatasetInvalid naming the file, and the line and the column where it is CSV; the signal's reason */
export async function readTable(
  path: string,
  format: TableFormat,
  { column, origin, csv, signal }: TableReading,
): Promise<Table> {
  if (format === "csv") return readCsvTable({ label: path, path, origin }, column, { said: csv, signal });
  if (column !== undefined) {
    throw datasetInvalid(
      `--label: names a column of CSV files, and ${path} is a safetensors file, whose labels are its tensor y`,
    );
  }
  return readSafetensorsTable(await readNamed(path, origin, signal));
}
