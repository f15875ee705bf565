import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { datasetInvalid } from "../../shared/errors.ts";

const inflate = promisify(gunzip);

/** Far above any IDX set, far below what would exhaust the machine. */
const maxBytes = 2 ** 30;

/**
 * The bytes themselves, or what they hold where they are gzip: its magic tells, not the file's name.
 * @param limit bytes that the decompressed file may have at most
 * @throws DatasetInvalid naming the file, where gzip's check fails or the limit is passed
 */
export async function decompress(bytes: Uint8Array, label: string, limit = maxBytes): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const reason =
      code === "ERR_BUFFER_TOO_LARGE"
        ? `decompresses to more than ${limit} bytes`
        : code === "Z_BUF_ERROR"
          ? "is truncated: its gzip stream ends early"
          : `is corrupt: gzip reports "${cause instanceof Error ? cause.message : cause}"`;
    throw datasetInvalid(`${label} ${reason}; get it again`, { cause });
  }
}
