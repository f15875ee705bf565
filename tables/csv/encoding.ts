import { isUtf8 } from "node:buffer";
import { wideFault } from "../utf8.ts";
import { windows1252 } from "../windows-1252.ts";
import { CsvFault } from "./csv-fault.ts";
import type { Encoding } from "./dialect.ts";

/** Bytes that Windows-1252 has no character for. */
const unassigned = /[\x80-\x9f]/;

const marks: readonly { encoding: Encoding; mark: readonly number[] }[] = [
  { encoding: "utf-8", mark: [0xef, 0xbb, 0xbf] },
  { encoding: "utf-16le", mark: [0xff, 0xfe] },
  { encoding: "utf-16be", mark: [0xfe, 0xff] },
];

/**
 * The encoding of a file that begins with the sample: by its byte order mark, UTF-8 else, as long as no byte is found
 * that is none.
 * @throws CsvFault where it is UTF-32, or UTF-16 without a mark
 */
export function encodingOf(sample: Uint8Array): Encoding {
  const utf32 = [0xff, 0xfe, 0, 0].every((byte, i) => sample[i] === byte);
  const marked = marks.find(({ mark }) => mark.every((byte, i) => sample[i] === byte));
  if (marked && !utf32) return marked.encoding;
  const fault = wideFault(sample);
  if (fault) throw new CsvFault(fault);
  return "utf-8";
}

/**
 * The pieces as bytes in which ASCII is ASCII: UTF-16 as UTF-8, the others as they are; without a byte order mark.
 * @throws CsvFault where UTF-16 is damaged
 */
export async function* asciiPieces(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array> {
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    const decoder = new TextDecoder(encoding, { fatal: true });
    const decoded = (piece?: Uint8Array) => {
      try {
        return Buffer.from(decoder.decode(piece, { stream: piece !== undefined }));
      } catch (cause) {
        throw new CsvFault(
          `is damaged: not all of it is ${encoding.toUpperCase()}; write it again from its source`,
          {
            cause,
          },
        );
      }
    };
    for await (const piece of pieces) yield decoded(piece);
    yield decoded();
    return;
  }
  let first = true;
  for await (const piece of pieces) {
    const marked = first && encoding === "utf-8" && [0xef, 0xbb, 0xbf].every((byte, i) => piece[i] === byte);
    yield marked ? piece.subarray(3) : piece;
    first = false;
  }
}

/** The text of some of a buffer's bytes. */
export type TextOf = (buffer: Buffer, from: number, to: number) => string;

const utf8Text: TextOf = (buffer, from, to) => buffer.toString("utf8", from, to);

/**
 * What reads the text of fields once asciiPieces has gone through the file.
 * @param said that the person named the encoding: what looks like UTF-8 in it is meant, too
 */
export function textOf(encoding: Encoding, said: boolean): TextOf {
  if (encoding !== "windows-1252") return utf8Text;
  return (buffer, from, to) => {
    const bytes = buffer.subarray(from, to);
    const text = windows1252(bytes);
    if (unassigned.test(text)) {
      throw new CsvFault(
        `is neither UTF-8 nor Windows-1252, which has not all of the bytes of ${JSON.stringify(text)}: save it as UTF-8`,
      );
    }
    if (!said && !isAscii(bytes) && isUtf8(bytes)) {
      throw new CsvFault(
        `mixes encodings: "${bytes.toString("utf8")}" is UTF-8, and not all of the file is; save it as UTF-8, or say ` +
          "--csv windows-1252 where that is what it is",
      );
    }
    return text;
  };
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}
