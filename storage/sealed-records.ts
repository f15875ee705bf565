import type * as z from "zod";
import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid, objectTooLarge, recordsUnknown } from "../shared/errors.ts";
import { recordFormat } from "../shared/version.ts";
import { mostRecordBytes } from "../shared/workflow/record-size.ts";
import {
  buildOf,
  thisWriter,
  unnamedWriter,
  type Writer,
  writerName,
  writerSchema,
} from "../shared/workflow/writer.ts";
import { checked, decodeJson } from "./json.ts";

/**
 * Every record of a run lies in the bucket as JSON with two fields more: the writer that wrote it, and its seal, SHA-256
 * over its key and all that it says. A record that was damaged, or copied to another key, is told by its seal. Whoever
 * changes it on purpose can seal it again: where that matters, the reader knows the seal from somewhere else.
 */
export interface SealedRecord<T> {
  readonly record: T;
  /** The same as it lies there, but for writer and seal. */
  readonly raw: object;
  readonly writer: Writer;
  /** Empty where 0.1.0 wrote it, which sealed nothing. */
  readonly seal: string;
}

/**
 * @param most bytes that its readers take
 * @param writer who is named in it: another one only where its very bytes are to be made again
 * @throws ObjectTooLarge where it would have more
 */
export async function sealRecord(
  key: string,
  record: object,
  most = mostRecordBytes,
  writer: Writer = thisWriter,
): Promise<{ text: string; seal: string }> {
  // as whoever reads it will see it, without what JSON leaves out
  const content: object = JSON.parse(JSON.stringify({ ...record, writer }));
  const seal = await sealOf(key, content);
  const text = `${JSON.stringify({ ...content, seal }, null, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return { text, seal };
  throw objectTooLarge(
    `${key}: would have ${bytes} bytes, and at most ${most} are read; bring fewer clients, classes or features`,
  );
}

/** @throws ObjectInvalid where the bytes are not what their seal or the schema says, RecordsUnknown */
export async function openRecord<T>(
  key: string,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): Promise<SealedRecord<T>> {
  const value = decodeJson(key, bytes);
  const { seal, ...signed } = isObject(value) ? value : {};
  const { writer: writtenBy, ...raw } = signed;
  if (seal === undefined && writtenBy === undefined) {
    return { record: checked(key, value, schema), raw, writer: unnamedWriter, seal: "" };
  }
  const found = await sealOf(key, signed);
  if (found !== seal) {
    throw objectInvalid(`${key}: was damaged or changed: its seal is ${seal}, and what it says has ${found}`);
  }
  const writer = checked(key, writtenBy, writerSchema);
  if (writer.format > recordFormat) {
    throw recordsUnknown(
      `${key}: ${writerName(writer)} wrote it, and this is ${writerName(thisWriter)}, which cannot read that: ` +
        `take ${buildOf(writer)}, or later ones`,
    );
  }
  return { record: checked(key, value, schema), raw, writer, seal: found };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sealOf(key: string, content: object): Promise<string> {
  return sha256Hex(new TextEncoder().encode(`${key}\n${JSON.stringify(content)}`));
}
