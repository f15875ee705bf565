import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { damagedGzip, isGzip } from "../mnist/decompress.ts";
import { type Origin, unreadable } from "./named-path.ts";

export interface NamedBytes {
  /** How messages call the file. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** A file that is read piece by piece, gzipped or not, and may be larger than memory. */
export interface NamedFile {
  readonly label: string;
  readonly path: string;
  readonly origin: Origin;
}

/** Bytes read between two looks at what else has happened: some milliseconds. */
const pieceBytes = 2 ** 18;

/**
 * The decompressed bytes, piece by piece. A signal of the person's is heard between two of them, and by nobody while one
 * is worked on. A piece is valid until the next one is asked for.
 * @throws DatasetInvalid where the file cannot be read or its gzip stream is damaged; the signal's reason
 */
export async function* piecesOf(
  named: NamedBytes | NamedFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const pieces = "bytes" in named ? piecesOfBytes(named.bytes) : piecesOfFile(named);
  for await (const piece of pieces) {
    await nextTurn();
    signal?.throwIfAborted();
    yield piece;
  }
}

/** Bytes that the pieces have in all, where that is known before they are read: of a gzipped file it is not. */
export async function sizeOf(named: NamedBytes | NamedFile): Promise<number | undefined> {
  if ("bytes" in named) return named.bytes.length;
  const { path, origin } = named;
  try {
    const handle = await open(path);
    try {
      const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return isGzip(buffer) ? undefined : (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(path, origin, cause);
  }
}

function* piecesOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function* piecesOfFile(file: NamedFile): AsyncGenerator<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file.path);
    const buffer = Buffer.allocUnsafe(pieceBytes);
    const { bytesRead } = await handle.read(buffer, 0, pieceBytes, 0);
    const first = buffer.subarray(0, bytesRead);
    if (isGzip(first)) return yield* inflated(handle, file.label);
    for (let [piece, at] = [first, 0]; piece.length > 0; ) {
      yield piece;
      at += piece.length;
      piece = buffer.subarray(0, (await handle.read(buffer, 0, pieceBytes, at)).bytesRead);
    }
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause) throw unreadable(file.path, file.origin, cause);
    throw cause;
  } finally {
    await handle?.close();
  }
}

async function* inflated(handle: FileHandle, label: string): AsyncGenerator<Uint8Array> {
  const compressed = handle.createReadStream({ start: 0, autoClose: false });
  // what fails is thrown by the stream that is read out
  const stream = pipeline(compressed, createGunzip({ chunkSize: pieceBytes }), () => {});
  try {
    for await (const piece of stream) yield piece;
  } catch (cause) {
    throw cause instanceof Error && "syscall" in cause ? cause : damagedGzip(label, cause);
  } finally {
    stream.destroy();
  }
}
