import { readFile } from "node:fs/promises";
import { hasPngSignature } from "fast-png";
import { exampleInvalid } from "../../shared/errors.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import { namedBytes } from "../../tables/named-path.ts";
import { isJpeg } from "../dataset/formats/decode-picture.ts";
import { taken } from "../dataset/formats/formats.ts";
import type { Example } from "./example.ts";
import { examplesBySchema } from "./examples-by-schema.ts";
import { formatExamples } from "./format-examples.ts";
import { pictureExample } from "./picture-example.ts";
import { tableExamples } from "./table-examples.ts";

export interface ReadingOptions {
  /** Pictures are neither inverted nor centred. */
  readonly asIs: boolean;
  /** The CSV column with the labels. */
  readonly label: string | undefined;
  /** Which of several sets or arrays. */
  readonly select?: string | undefined;
  /** Whether what columns of ids have is to be known, too. */
  readonly withIds?: boolean | undefined;
  /** What the person says of how CSV files are written. */
  readonly csv?: SaidDialect | undefined;
  /** Says what the person should know of how a file was read. */
  readonly say?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The examples that a file holds: one of a picture, one for each row of a table or image of a set.
 * @throws ExampleInvalid
 */
export async function readExamples(
  file: string,
  dataset: DatasetRecord,
  { asIs, label, select, csv, withIds, say, signal }: ReadingOptions,
): Promise<Example[]> {
  if (!isPictureName(file) && !isCsvName(file)) {
    const examples = await formatExamples(file, dataset, { label, select, say, signal });
    if (examples) return examples;
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw exampleInvalid(`cannot read ${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (hasPngSignature(bytes) || isJpeg(bytes) || isPictureName(file))
    return [pictureExample(file, bytes, dataset, asIs)];
  const { schema } = dataset;
  if (isCsvName(file) && schema) {
    return examplesBySchema(await namedBytes(file, bytes, signal), schema, {
      csv,
      label,
      withIds,
      say,
      signal,
    });
  }
  if (isCsvName(file))
    return tableExamples(await namedBytes(file, bytes, signal), dataset, {
      labelColumn: label,
      csv,
      say,
      signal,
    });
  throw exampleInvalid(`${file} is neither a picture (PNG or JPEG) nor what --data takes: ${taken}`);
}

function isCsvName(file: string): boolean {
  return /\.csv(?:\.gz)?$/i.test(file);
}

function isPictureName(file: string): boolean {
  return /\.(?:png|jpe?g)$/i.test(file);
}
