import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** A terminal of eighty columns, or a stream that is none, and what was written to it. */
export function drawnStream(isTTY: boolean) {
  const written: string[] = [];
  const writable = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const terminal = Object.assign(writable, { isTTY, columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream;
  return { terminal, text: () => written.join("") };
}

/** The lines that were drawn, one after the other: bold stays within its line, what moves the cursor begins another. */
export function drawnLines(text: string): string[] {
  return text
    .replaceAll("\u001b[1m", "")
    .replaceAll("\u001b[22m", "")
    .replaceAll("\u001b", "\n\u001b")
    .split(/\r|\n/)
    .map((line) => stripVTControlCharacters(line).trimEnd())
    .filter(Boolean);
}
