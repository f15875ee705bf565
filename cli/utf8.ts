import { isUtf8 } from "node:buffer";

/** Characters of a line that a message shows. */
const mostShown = 60;

/**
 * What is wrong with bytes that should be UTF-8, or undefined. Read all the same, they would lose what they say: every
 * byte that is none becomes the same character, and two names become one.
 */
export function utf8Fault(bytes: Uint8Array): string | undefined {
  if (isUtf8(bytes)) return undefined;
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return "is UTF-16, and must be UTF-8: save it as UTF-8, or convert it by iconv -f UTF-16 -t UTF-8";
  }
  const { line, row } = firstBadLine(bytes);
  const text = new TextDecoder("windows-1252").decode(row).trim();
  const shown = text.length > mostShown ? `${text.slice(0, mostShown)}...` : text;
  return (
    `is not UTF-8: line ${line} may be Windows-1252 or ISO-8859-1, in which it says ${JSON.stringify(shown)}; save the ` +
    "file as UTF-8, or convert it by iconv -f WINDOWS-1252 -t UTF-8"
  );
}

/** A line end is never part of a longer character, so that lines can be looked at one by one. */
function firstBadLine(bytes: Uint8Array): { line: number; row: Uint8Array } {
  let from = 0;
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, from);
    const row = bytes.subarray(from, end < 0 ? bytes.length : end + 1);
    if (!isUtf8(row) || end < 0) return { line, row };
    from = end + 1;
  }
}
