import { readFile } from "node:fs/promises";
import type { InputError } from "../shared/errors.ts";
import { utf8Fault } from "./utf8.ts";

/**
 * What a file of the person's holds, for a schema to read.
 * @param origin what named the file, "--config: " or nothing; the messages begin with it
 * @throws the given error where the file cannot be read or is not JSON
 */
export async function readJsonFile(
  file: string,
  origin: string,
  invalid: (message: string) => InputError,
): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw invalid(`${origin}cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
  return readJsonBytes(bytes, `${origin}${file}`, invalid);
}

/** The same of bytes that are there. @param called what the messages begin with */
export function readJsonBytes(
  bytes: Uint8Array,
  called: string,
  invalid: (message: string) => InputError,
): unknown {
  const fault = utf8Fault(bytes);
  if (fault) throw invalid(`${called} ${fault}`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw invalid(`${called} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
