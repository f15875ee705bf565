import { isUtf8 } from "node:buffer";
import { windows1252 } from "./windows-1252.ts";

/** Characters of a line that a message shows. */
const mostShown = 60;

/** What files in other encodings of Unicode begin with. UTF-32 comes first: its mark begins as that of UTF-16 does. */
const marks = [
  { encoding: "UTF-32", mark: [0xff, 0xfe, 0, 0] },
  { encoding: "UTF-32", mark: [0, 0, 0xfe, 0xff] },
  { encoding: "UTF-16", mark: [0xff, 0xfe] },
  { encoding: "UTF-16", mark: [0xfe, 0xff] },
] as const;

/**
 * What is wrong with bytes that should be UTF-8, or undefined. Read all the same, they would lose what they say: every
 * byte that is none becomes the same character, and two names become one.
 */
export function utf8Fault(bytes: Uint8Array): string | undefined {
  const wide = wideFault(bytes);
  if (wide !== undefined) return wide;
  return isUtf8(bytes) ? undefined : badLineFault(firstBadLine(bytes));
}

/** What is wrong with bytes that are UTF-16 or UTF-32, or undefined. */
export function wideFault(bytes: Uint8Array): string | undefined {
  const marked = marks.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return `is ${marked.encoding}, and must be UTF-8: ${cure(marked.encoding)}`;
  const wide = unmarked(bytes);
  return wide && `looks like ${wide}, since its first line has NUL bytes, and must be UTF-8: ${cure(wide)}`;
}

export function badLineFault({ line, text }: BadLine): string {
  return (
    `is not UTF-8: line ${line} may be Windows-1252 or ISO-8859-1, in which it says ${JSON.stringify(text)}; save the ` +
    "file as UTF-8, or convert it by iconv -f WINDOWS-1252 -t UTF-8"
  );
}

function cure(encoding: string): string {
  return `save it as UTF-8, or convert it by iconv -f ${encoding} -t UTF-8`;
}

/**
 * UTF-16 or UTF-32 without a mark. No text in UTF-8 has NUL bytes; of UTF-16 they are halves of plain letters, the second
 * ones where the low byte is first, and of UTF-32 every plain letter has three.
 */
function unmarked(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0x0a);
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  if (!line.includes(0)) return undefined;
  const nuls = [0, 0];
  for (const [i, byte] of line.entries()) if (byte === 0) nuls[i % 2] = (nuls[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  if (2 * (even + odd) > line.length + 3) return bytes[0] === 0 ? "UTF-32BE" : "UTF-32LE";
  return even > odd ? "UTF-16BE" : "UTF-16LE";
}

/** A line that is no UTF-8. */
export interface BadLine {
  /** From 1. */
  readonly line: number;
  /** The byte at which it begins. */
  readonly from: number;
  /** Its beginning, in Windows-1252. */
  readonly text: string;
}

/** Of bytes that are not UTF-8. A line end is never part of a longer character, so that lines can be looked at one by one. */
export function firstBadLine(bytes: Uint8Array): BadLine {
  let from = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, from);
    const row = bytes.subarray(from, end < 0 ? bytes.length : end + 1);
    if (!isUtf8(row) || end < 0) {
      const text = windows1252(row).trim();
      return { line, from, text: text.length > mostShown ? `${text.slice(0, mostShown)}...` : text };
    }
    from = end + 1;
  }
}
