import { Writable } from "node:stream";

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
