/** How a file of CSV is written. */
export interface Dialect {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** What stands before a number's fraction. */
  readonly decimal: Decimal;
}

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
export type Delimiter = "," | ";" | "\t" | "|";
export type Decimal = "." | ",";

/** What the person says of a file's dialect; the rest is found out. */
export type SaidDialect = Partial<Dialect>;

/** RFC 4180 in UTF-8. */
export const plainDialect: Dialect = { encoding: "utf-8", delimiter: ",", decimal: "." };

/** The words of --csv, and what each says. */
const words = {
  commas: { delimiter: "," },
  semicolons: { delimiter: ";" },
  tabs: { delimiter: "\t" },
  bars: { delimiter: "|" },
  "decimal-points": { decimal: "." },
  "decimal-commas": { decimal: "," },
  "utf-8": { encoding: "utf-8" },
  "utf-16le": { encoding: "utf-16le" },
  "utf-16be": { encoding: "utf-16be" },
  "windows-1252": { encoding: "windows-1252" },
} as const satisfies Record<string, SaidDialect>;

export const dialectWords: readonly string[] = Object.keys(words);

/** What words separated by commas say, or undefined where one is none of them or two say the same thing. */
export function saidDialect(text: string): SaidDialect | undefined {
  const said: SaidDialect[] = [];
  for (const word of text.split(",").map((one) => one.trim().toLowerCase())) {
    const found = Object.entries(words).find(([name]) => name === word);
    if (!found) return undefined;
    said.push(found[1]);
  }
  const dialect = Object.assign({}, ...said) as SaidDialect;
  return Object.keys(dialect).length === said.length ? dialect : undefined;
}

/** As --csv takes it. */
export function wordsOf(dialect: SaidDialect): string {
  const { delimiter, decimal, encoding } = dialect;
  return Object.entries(words)
    .filter(([, says]) =>
      "delimiter" in says
        ? says.delimiter === delimiter
        : "decimal" in says
          ? says.decimal === decimal
          : says.encoding === encoding,
    )
    .map(([word]) => word)
    .join();
}

const encodingNames: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16LE",
  "utf-16be": "UTF-16BE",
  "windows-1252": "Windows-1252",
};

/** In what a dialect differs from the plain one, for people: "semicolons, decimal commas, Windows-1252"; or nothing. */
export function dialectText({ encoding, delimiter, decimal }: Dialect): string {
  const separators = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars" };
  return [
    ...(delimiter === "," ? [] : [separators[delimiter]]),
    ...(decimal === "." ? [] : ["decimal commas"]),
    ...(encoding === "utf-8" ? [] : [encodingNames[encoding]]),
  ].join(", ");
}
