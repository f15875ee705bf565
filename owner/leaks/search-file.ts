import { open } from "node:fs/promises";
import type { Needle, NeedleIndex } from "./needle-index.ts";
import type { Piece } from "./pieces.ts";
import type { SingleFloats } from "./single-floats.ts";

/** What is looked for. */
export interface Wanted {
  readonly needles: NeedleIndex<Piece>;
  readonly floats: SingleFloats<Piece>;
}

export interface Found {
  /** Bytes from the file's begin. */
  readonly offset: number;
  readonly piece: Piece;
}

/** Bytes of a file that are in memory at once, beside what needles reach over. */
const pieceBytes = 2 ** 22;

/** Letters of which base64 is made, in either alphabet; fewer of them hold no needle. */
const base64Run = /[A-Za-z0-9+/_-]{6,}={0,2}/g;

/**
 * Looks through a file of any size, in time that grows with its size alone: for the bytes as they are, and for what base64 in
 * it stands for, wherever within four letters it begins.
 * @param floatsAt how single float32 values may stand in it
 */
export async function searchFile(
  path: string,
  wanted: Wanted,
  floatsAt: "anywhere" | "elements",
  signal?: AbortSignal,
): Promise<Found[]> {
  const found = new Map<string, Found>();
  const take = (offset: number, { piece }: Needle<Piece>) =>
    found.set(`${offset} ${piece.form}`, { offset, piece });
  // what is encoded takes four letters for three bytes
  const reach = 2 * wanted.needles.longest + 8;
  const file = await open(path);
  try {
    let [kept, offset] = [Buffer.alloc(0), 0];
    for (;;) {
      signal?.throwIfAborted();
      const next = Buffer.alloc(pieceBytes);
      const { bytesRead } = await file.read(next, 0, pieceBytes);
      const bytes = Buffer.concat([kept, next.subarray(0, bytesRead)]);
      searchBytes(bytes, wanted, floatsAt, offset, take);
      if (bytesRead === 0) return [...found.values()].sort((a, b) => a.offset - b.offset);
      // a multiple of four, so that elements stay where they are
      const ahead = Math.max(0, Math.floor((bytes.length - reach) / 4) * 4);
      kept = bytes.subarray(ahead);
      offset += ahead;
    }
  } finally {
    await file.close();
  }
}

/** The same of bytes that are in memory. @param offset of the first one */
export function searchBytes(
  bytes: Buffer,
  { needles, floats }: Wanted,
  floatsAt: "anywhere" | "elements",
  offset: number,
  take: (offset: number, needle: Needle<Piece>) => void,
): void {
  needles.search(bytes, 0, bytes.length, (needle, at) => take(offset + at, needle));
  floats.search(bytes, floatsAt, (needle, at) => take(offset + at, needle));
  for (const { 0: text, index } of bytes.toString("latin1").matchAll(base64Run)) {
    for (let phase = 0; phase < 4; phase++) {
      const decoded = Buffer.from(text.slice(phase), "base64");
      const at = offset + index + phase;
      const encoded = ({ piece, ...needle }: Needle<Piece>) => ({
        ...needle,
        piece: { ...piece, form: `base64 of ${piece.form}` },
      });
      needles.search(decoded, 0, decoded.length, (needle, place) =>
        take(at + Math.floor((4 * place) / 3), encoded(needle)),
      );
      if (phase === 0 && decoded.length === 4)
        floats.search(decoded, "anywhere", (needle) => take(at, encoded(needle)));
    }
  }
}
