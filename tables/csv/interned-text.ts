import type { FieldCursor } from "./field-cursor.ts";

/** Texts that are kept, a power of two, and the bytes of the longest: words of categories, dates, what stands for a gap. */
const [places, longest] = [4096, 32];

/** Gives texts that come again and again without making a string of each: columns of words have few different ones. */
export class InternedText {
  readonly #texts: string[] = new Array<string>(places).fill("");

  /** The text of some of the cursor's bytes. @throws CsvFault where they are none in the file's encoding */
  of({ buffer, textOf }: FieldCursor, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return "";
    if (length > longest) return textOf(buffer, from, to);
    let hash = length;
    let all = 0;
    for (let at = from; at < to; at++) {
      const byte = buffer[at] as number;
      hash = Math.imul(hash, 31) + byte;
      all |= byte;
    }
    // only of ASCII is each byte one character
    if (all >= 0x80) return textOf(buffer, from, to);
    const place = (hash ^ (hash >>> 12)) & (places - 1);
    const known = this.#texts[place] as string;
    if (known.length === length && isText(known, buffer, from)) return known;
    const text = textOf(buffer, from, to);
    this.#texts[place] = text;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}
