import type { BadLine } from "../utf8.ts";

/** Why bytes are no CSV, or are none that is sure to be read as it was meant; the message goes on from the file's name. */
export class CsvFault extends Error {
  override readonly name = "CsvFault";
}

/** A line was met that is no UTF-8, in a file that had looked like it and whose encoding nobody named. */
export class NotUtf8 extends Error {
  override readonly name = "NotUtf8";

  readonly bad: BadLine;

  constructor(bad: BadLine) {
    super();
    this.bad = bad;
  }
}
