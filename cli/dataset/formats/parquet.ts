import { open } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileMetaData } from "hyparquet";
import { datasetInvalid } from "../../../shared/errors.ts";
import { ColumnSurveyor, keptOf } from "../../../tables/column-survey.ts";
import { unreadable } from "../../../tables/named-path.ts";
import { labelAt } from "../csv-header.ts";
import { DistinctLabels } from "../distinct-labels.ts";
import type { Table } from "../table.ts";
import { type DataFormat, nameWithout, type Place, type Reading } from "./format.ts";

/** Parquet of one level: a column of numbers for each feature, and one of labels. */
export const parquet: DataFormat = {
  called: "a Parquet file",
  takes: ".parquet",
  options: ["label"],
  nameOf: (place) => (/\.gz$/i.test(place.name) ? undefined : nameWithout(place, "parquet", "pq")),
  read: readParquet,
};

async function readParquet(
  { path }: Place,
  { label: said, trainedLabel, unlabelled, origin, signal }: Reading,
): Promise<Table> {
  const [{ parquetMetadataAsync, parquetRead, parquetSchema }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const handle = await open(path).catch((cause: unknown) => {
    throw unreadable(path, origin, cause);
  });
  try {
    const { size } = await handle.stat();
    const file = {
      byteLength: size,
      slice: async (from: number, to = size) => {
        signal?.throwIfAborted();
        const buffer = new ArrayBuffer(Math.max(0, to - from));
        await handle.read(new Uint8Array(buffer), 0, buffer.byteLength, from);
        return buffer;
      },
    };
    const metadata = await parquetMetadataAsync(file);
    checkSizes(metadata, size);
    const columns = parquetSchema(metadata).children;
    const header = columns.map(({ element }) => element.name);
    const nested = columns.find(({ children }) => children.length > 0);
    if (nested) {
      throw datasetInvalid(
        `${path}: column "${nested.element.name}" has parts: write each as a column of its own`,
      );
    }
    const label = said ?? header.find((name) => name === trainedLabel);
    const at = unlabelled && label === undefined ? -1 : labelAt(path, { header, line: undefined }, label);
    const count = Number(metadata.num_rows);
    if (count === 0) throw datasetInvalid(`${path} has columns, but no rows`);
    const rows = new ParquetRows(path, header, at, count);
    for (const name of header) {
      await nextTurn();
      signal?.throwIfAborted();
      const chunks: { columnData: ArrayLike<unknown>; rowStart: number }[] = [];
      // what a callback throws is lost to whoever waits for the reading
      const onChunk = (chunk: (typeof chunks)[number]) => void chunks.push(chunk);
      await parquetRead({ file, metadata, compressors, columns: [name], onChunk });
      const read = chunks.reduce((sum, { columnData }) => sum + columnData.length, 0);
      if (read !== count) throw new Error(`its column "${name}" has ${read} of ${count} rows`);
      // groups of rows come as they are read, and labels are counted in the order of the rows
      chunks.sort((one, other) => one.rowStart - other.rowStart);
      for (const { columnData, rowStart } of chunks) rows.take(name, columnData, rowStart);
    }
    return rows.table();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Error && cause.name === "DatasetInvalid") throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw datasetInvalid(`${path} is no Parquet file that can be read: ${reason}; write it again`, { cause });
  } finally {
    await handle.close();
  }
}

/**
 * What a damaged footer may say would have the reader go through pages that there are not.
 * @param size of the file, bytes
 */
function checkSizes({ num_rows, row_groups }: FileMetaData, size: number): void {
  const rows = row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (rows !== num_rows || num_rows < 0n || num_rows > 2n ** 31n) {
    throw new Error(`its groups have ${rows} rows, and its footer says ${num_rows}`);
  }
  for (const { columns, num_rows: own } of row_groups) {
    for (const { meta_data } of columns) {
      const {
        num_values = -1n,
        total_compressed_size: bytes = -1n,
        data_page_offset: at = -1n,
      } = meta_data ?? {};
      if (own >= 0n && num_values >= own && bytes >= 0n && at >= 0n && at + bytes <= BigInt(size)) continue;
      throw new Error("a column of it lies beyond the file, or has other numbers of values than of rows");
    }
  }
}

/** Takes the columns one after the other, each in pieces. */
class ParquetRows {
  readonly #file: string;
  readonly #header: readonly string[];
  readonly #labelAt: number;
  readonly #x: Float32Array<ArrayBuffer>;
  readonly #count: number;
  readonly #features: readonly string[];
  readonly #surveyors: readonly ColumnSurveyor[];
  readonly #labels = new DistinctLabels();

  constructor(file: string, header: readonly string[], labelAt: number, count: number) {
    this.#file = file;
    this.#header = header;
    this.#labelAt = labelAt;
    this.#count = count;
    this.#features = header.filter((_, at) => at !== labelAt);
    this.#x = new Float32Array(count * this.#features.length);
    this.#surveyors = this.#features.map(() => new ColumnSurveyor(keptOf(header.length)));
  }

  take(name: string, values: ArrayLike<unknown>, rowStart: number): void {
    if (name === this.#header[this.#labelAt]) {
      for (let i = 0; i < values.length; i++) this.#label(values[i], rowStart + i);
      return;
    }
    const feature = this.#features.indexOf(name);
    const numbers = Float64Array.from({ length: values.length }, (_, i) =>
      this.#number(values[i], rowStart + i, name),
    );
    const [x, features, first] = [this.#x, this.#features.length, rowStart * this.#features.length + feature];
    for (let i = 0; i < numbers.length; i++) x[first + i * features] = numbers[i] as number;
    this.#surveyors[feature]?.addAll(numbers, 0, 1);
  }

  #number(value: unknown, row: number, column: string): number {
    const number = typeof value === "bigint" || typeof value === "boolean" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(Math.fround(number))) return number;
    const place = `${this.#file}: row ${row + 1}, column "${column}"`;
    if (number === null || number === undefined || Number.isNaN(number)) {
      throw datasetInvalid(
        `${place} is empty: every feature needs a number; fill it in, or leave the row out`,
      );
    }
    if (typeof number === "number") {
      throw datasetInvalid(`${place} is ${number}, which is beyond the range of float32`);
    }
    const shown =
      number instanceof Date
        ? `the date ${number.toISOString()}`
        : JSON.stringify(String(number).slice(0, 60));
    throw datasetInvalid(
      `${place} is ${shown}, which is not a number; encode it as numbers, or leave the column out`,
    );
  }

  #label(value: unknown, row: number): void {
    const name = value instanceof Date ? value.toISOString() : String(value ?? "").trim();
    if (name === "") {
      throw datasetInvalid(
        `${this.#file}: row ${row + 1}, column "${this.#header[this.#labelAt]}" is empty: every row needs a label`,
      );
    }
    this.#labels.add(name, () => `row ${row + 1}`);
  }

  table(): Table {
    return {
      label: this.#file,
      labelColumn: `column "${this.#header[this.#labelAt]}"`,
      featureNames: this.#features,
      x: this.#x,
      count: this.#count,
      features: this.#features.length,
      surveys: this.#surveyors.map((surveyor) => surveyor.survey()),
      rowLabels: this.#labels.rows(),
      labels: this.#labels.labels,
    };
  }
}
