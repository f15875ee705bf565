import { CsvFault } from "./csv-fault.ts";
import type { Decimal, Delimiter, Dialect, SaidDialect } from "./dialect.ts";
import { carriageReturn, FieldCursor, lineFeed, quoteByte } from "./field-cursor.ts";
import { wholeRecords } from "./records.ts";

const delimiters: readonly Delimiter[] = [",", ";", "\t", "|"];
const called: Readonly<Record<Delimiter, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "bars",
};
/** Records of the sample that are looked at. */
const mostRecords = 1_000;

export interface Layout {
  readonly delimiter: Delimiter;
  readonly decimal: Decimal;
  readonly lineEnd: number;
}

/** What a file's beginning says of it. */
export interface Sample {
  /** The file's first bytes, ASCII as ASCII. */
  readonly bytes: Uint8Array;
  /** Whether they are all of the file. */
  readonly whole: boolean;
}

/**
 * Delimiter, decimal mark and line end of a file, by its beginning; what the person said stands.
 * @throws CsvFault where the beginning can be read in two ways
 */
export function findLayout(sample: Sample, encoding: Dialect["encoding"], said: SaidDialect): Layout {
  const lineEnd = lineEndOf(sample.bytes);
  const lines = wholeLines(sample, lineEnd);
  const recordsBy = (delimiter: Delimiter) =>
    recordsOf(lines, { dialect: { encoding, delimiter, decimal: "." }, encodingSaid: true, lineEnd });
  const delimiter = said.delimiter ?? findDelimiter(recordsBy);
  if (said.decimal) return { delimiter, decimal: said.decimal, lineEnd };
  // a comma that separates fields is none in a number, unless somebody says so
  const decimal = delimiter === "," ? "." : findDecimal(recordsBy(delimiter) ?? [], delimiter);
  return { delimiter, decimal, lineEnd };
}

/** As the first line has it: a carriage return alone, as once on the Macintosh, or a line feed. */
function lineEndOf(bytes: Uint8Array): number {
  let quoted = false;
  for (const [at, byte] of bytes.entries()) {
    if (byte === quoteByte) quoted = !quoted;
    if (quoted) continue;
    if (byte === lineFeed) return lineFeed;
    if (byte === carriageReturn) return bytes[at + 1] === lineFeed ? lineFeed : carriageReturn;
  }
  return lineFeed;
}

/** The whole lines of a sample; all of it, and a line's end, where it is all of the file. */
function wholeLines({ bytes, whole }: Sample, lineEnd: number): Buffer {
  return whole
    ? Buffer.concat([bytes, Uint8Array.of(lineEnd)])
    : Buffer.from(bytes.subarray(0, bytes.lastIndexOf(lineEnd) + 1));
}

interface SampleRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

class Enough extends Error {}

/** The first records, or undefined where a quote stands where none can by this delimiter. */
function recordsOf(
  lines: Buffer,
  options: ConstructorParameters<typeof FieldCursor>[0],
): readonly SampleRecord[] | undefined {
  const records: SampleRecord[] = [];
  const cursor = new FieldCursor(options);
  cursor.enter(lines, lines.length);
  try {
    wholeRecords(cursor, (fields, line) => {
      records.push({ fields, line });
      if (records.length === mostRecords) throw new Enough();
    });
  } catch (error) {
    if (error instanceof CsvFault) return undefined;
    if (!(error instanceof Enough)) throw error;
  }
  return records;
}

/** The one by which every record has as many fields as the first, two at least. */
function findDelimiter(recordsBy: (delimiter: Delimiter) => readonly SampleRecord[] | undefined): Delimiter {
  const read = delimiters.map((delimiter) => ({ delimiter, records: recordsBy(delimiter) ?? [] }));
  const wide = read.filter(({ records }) => (records[0]?.fields.length ?? 0) > 1);
  const even = wide.filter(({ records: [first, ...others] }) =>
    others.every(({ fields }) => fields.length === first?.fields.length),
  );
  const [one, other] = even;
  if (one && other) {
    const [first, second] = [called[one.delimiter], called[other.delimiter]];
    throw new CsvFault(
      `can be read as fields between ${first} and between ${second}: say which by --csv ${first} or --csv ${second}`,
    );
  }
  // what is uneven by every delimiter is refused by its line later on
  return one?.delimiter ?? (wide.length === 1 ? wide[0]?.delimiter : undefined) ?? ",";
}

const withPoint = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i;
const withComma = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i;
/** What groups of thousands look like, too. */
const asThousands = /^[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+$/;
const groups = /^[+-]?[1-9]\d{0,2}(?:[.,]\d{3}){2,}$/;

interface Seen {
  readonly text: string;
  readonly line: number;
}

function findDecimal(records: readonly SampleRecord[], delimiter: Delimiter): Decimal {
  let [point, comma, open]: (Seen | undefined)[] = [];
  let sure = false;
  for (const { fields, line } of records.slice(1)) {
    for (const text of fields) {
      if (groups.test(text)) open ??= { text, line };
      const isPoint = withPoint.test(text);
      if (!isPoint && !withComma.test(text)) continue;
      if (isPoint) point ??= { text, line };
      else comma ??= { text, line };
      sure ||= !asThousands.test(text);
    }
  }
  if (comma && (point || open)) {
    const other = point ?? open ?? comma;
    throw new CsvFault(
      `has ${other.text} in line ${other.line} and ${comma.text} in line ${comma.line}, and it is open which mark stands before ` +
        "fractions and which between thousands: write numbers without the latter, and say --csv decimal-commas or " +
        "--csv decimal-points where text looks like a number",
    );
  }
  const thousands = comma ?? (delimiter === ";" ? point : undefined);
  if (thousands && !sure) {
    throw new CsvFault(
      `has ${thousands.text} in line ${thousands.line}, and three digits behind every ${comma ? "comma" : "point"}: say --csv ` +
        `${comma ? "decimal-commas" : "decimal-points"} where these are fractions, and write numbers without marks between ` +
        "thousands where not",
    );
  }
  return comma ? "," : ".";
}
