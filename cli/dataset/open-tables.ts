import { basename, resolve } from "node:path";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import type { Origin } from "../../tables/named-path.ts";
import { ownerFiles } from "./owner-files.ts";
import { type PooledTables, poolTables } from "./pool-tables.ts";
import { readTable, tableFormat, tableName } from "./read-table.ts";
import type { Table } from "./table.ts";

export interface TableOptions {
  /** The CSV column that holds the labels. */
  readonly label?: string | undefined;
  /** The classes that were agreed upon, in their order; without them, the labels that are there. */
  readonly classes?: readonly string[] | undefined;
  /** What the person says of how CSV files are written. */
  readonly csv?: SaidDialect | undefined;
  /** Whether the labels are numbers that are to be predicted, and no classes. */
  readonly numbers?: boolean | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One CSV or safetensors file as a data set of its name.
 * @throws DatasetInvalid
 */
export async function openTableFile(
  path: string,
  origin: Origin,
  given: TableOptions,
): Promise<Dataset & Pick<PooledTables, "notes">> {
  const format = tableFormat(path);
  if (!format) {
    throw datasetInvalid(
      `${origin}: ${path} is neither a .csv nor a .safetensors file, gzipped (.gz) or not; of IDX files, name the folder`,
    );
  }
  const table = await readTable(path, format, {
    column: given.label,
    origin,
    csv: given.csv,
    signal: given.signal,
  });
  const name = tableName(basename(path)) || "data";
  const { dataset, notes } = poolTables([table], {
    name,
    source: "file",
    place: path,
    classes: given.classes,
    numbers: given.numbers,
  });
  return { ...dataset, notes };
}

/**
 * The ready-made federation of a folder with one file an owner: a data set of the folder's name whose owners follow
 * one another.
 * @throws DatasetInvalid
 */
export async function openOwnersFolder(
  folder: string,
  { label, classes, numbers, csv, signal }: TableOptions,
): Promise<PooledTables> {
  const { files, others } = await ownerFiles(folder);
  if (label !== undefined && files.every(({ format }) => format === "safetensors")) {
    throw datasetInvalid(
      `--label: names a column of CSV files, and ${folder} holds safetensors files, whose labels are their tensor y`,
    );
  }
  const tables: Table[] = [];
  for (const { path, format } of files) {
    const column = format === "csv" ? label : undefined;
    tables.push(await readTable(path, format, { column, origin: "--clients", csv, signal }));
  }
  const owners = files.map(({ owner }) => owner);
  const place = `the files in ${folder}`;
  const { dataset, notes } = poolTables(tables, {
    name: basename(resolve(folder)) || "data",
    source: `files of ${owners.length} owners`,
    place,
    owners,
    classes,
    numbers,
  });
  const left = others.length > 0 ? [`${folder}: ${others.join(", ")}: no owner's file, left out`] : [];
  return { dataset, notes: [...left, ...notes] };
}
