import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { datasetInvalid, InputError } from "../shared/errors.ts";

/** Far above any IDX set, far below what would exhaust the machine. */
const maxBytes = 2 ** 30;
/** What a turn of the decompressor gives. */
const pieceBytes = 2 ** 20;

/**
 * The bytes themselves, or what they hold where they are gzip: its magic tells, not the file's name.
 * @param limit bytes that the decompressed file may have at most
 * @throws DatasetInvalid naming the file, where gzip's check fails or the limit is passed; the signal's reason
 */
export async function decompress(
  bytes: Uint8Array,
  label: string,
  limit = maxBytes,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const pieces: Buffer[] = [];
  let size = 0;
  const take = async (inflated: AsyncIterable<Buffer>) => {
    for await (const piece of inflated) {
      size += piece.length;
      if (size > limit)
        throw datasetInvalid(`${label} decompresses to more than ${limit} bytes; get it again`);
      pieces.push(piece);
    }
  };
  try {
    await pipeline([bytes], createGunzip({ chunkSize: pieceBytes }), take, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof InputError) throw cause;
    throw damagedGzip(label, cause);
  }
  return Buffer.concat(pieces, size);
}

/** By its magic. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** @param cause what the decompressor has thrown */
export function damagedGzip(label: string, cause: unknown): InputError {
  const reason =
    cause instanceof Error && "code" in cause && cause.code === "Z_BUF_ERROR"
      ? "is truncated: its gzip stream ends early"
      : `is corrupt: gzip reports "${cause instanceof Error ? cause.message : cause}"`;
  return datasetInvalid(`${label} ${reason}; get it again`, { cause });
}
