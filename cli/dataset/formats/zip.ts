import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { datasetInvalid } from "../../../shared/errors.ts";

/** A file of a ZIP archive (APPNOTE.TXT 6.3.10), with what its directory says of it. */
export interface ZipEntry {
  readonly name: string;
  /** Decompressed. @throws DatasetInvalid where it is damaged */
  read(): Promise<Uint8Array>;
}

const [endMark, entryMark, fileMark] = [0x06054b50, 0x02014b50, 0x04034b50];
const inflate = promisify(inflateRaw);
/** Far above any array, far below what would exhaust the machine. */
const maxBytes = 2 ** 31;

/**
 * The files of an archive below 4 GB.
 * @throws DatasetInvalid naming the archive
 */
export function zipEntries(label: string, bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === undefined)
    throw datasetInvalid(`${label} is no ZIP archive, or it is truncated: write it again`);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) {
    throw datasetInvalid(
      `${label} is a ZIP archive of more than 4 GB: divide it, or write .npy files into a folder`,
    );
  }
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entryMark) throw damaged(label);
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + (nameLength ?? 0))).toString("utf8");
    entries.push({ name, read: readerOf(`${label}: ${name}`, bytes, view, at) });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

function readerOf(
  label: string,
  bytes: Uint8Array,
  view: DataView,
  entry: number,
): () => Promise<Uint8Array> {
  const method = view.getUint16(entry + 10, true);
  const [crc = 0, packed = 0, size = 0] = [16, 20, 24].map((field) => view.getUint32(entry + field, true));
  const header = view.getUint32(entry + 42, true);
  return async () => {
    if (header + 30 > bytes.length || view.getUint32(header, true) !== fileMark) throw damaged(label);
    const from = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const raw = bytes.subarray(from, from + packed);
    if (raw.length < packed || size > maxBytes) throw damaged(label);
    if (method !== 0 && method !== 8) {
      throw datasetInvalid(
        `${label} is compressed by method ${method}: write it by numpy.savez or savez_compressed`,
      );
    }
    let content: Uint8Array;
    try {
      content = method === 0 ? raw : await inflate(raw, { maxOutputLength: Math.max(size, 1) });
    } catch (cause) {
      throw damaged(label, cause);
    }
    if (content.length !== size || crc32(content) !== crc) throw damaged(label);
    return content;
  };
}

/** Its place is found from the end: a comment of up to 64 KiB may follow it. */
function endOf(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) if (view.getUint32(at, true) === endMark) return at;
  return undefined;
}

function damaged(label: string, cause?: unknown): Error {
  return datasetInvalid(`${label} is damaged: what it holds is not what its directory says; write it again`, {
    cause,
  });
}
