import { readFile } from "node:fs/promises";
import { hasPngSignature } from "fast-png";
import { exampleInvalid } from "../../shared/errors.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import type { Example } from "./example.ts";
import { pictureExample } from "./picture-example.ts";
import type { AskedAbout } from "./table-columns.ts";
import { tableExamples } from "./table-examples.ts";

export interface ReadingOptions {
  /** Pictures are neither inverted nor centred. */
  readonly asIs: boolean;
  /** The CSV column with the labels. */
  readonly label: string | undefined;
  /** What the person says of how CSV files are written. */
  readonly csv?: SaidDialect | undefined;
  /** Says what the person should know of how a file was read. */
  readonly say?: (note: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The examples that a file holds: one of a picture, one for each row of a table.
 * @throws ExampleInvalid
 */
export async function readExamples(
  file: string,
  dataset: AskedAbout,
  { asIs, label, csv, say, signal }: ReadingOptions,
): Promise<Example[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw exampleInvalid(`cannot read ${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (hasPngSignature(bytes) || /\.png$/i.test(file)) return [pictureExample(file, bytes, dataset, asIs)];
  if (/\.csv$/i.test(file))
    return tableExamples({ label: file, bytes }, dataset, { labelColumn: label, csv, say, signal });
  throw exampleInvalid(`${file} is neither a PNG nor a CSV file`);
}
