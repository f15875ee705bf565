import { isOddNumber, numberProblem, quotedText } from "../../shared/schema/number-problem.ts";
import type { TableColumn } from "../../shared/schema/table-schema.ts";
import { type CellKind, mostKept } from "./cells.ts";
import type { FoundColumn } from "./found-column.ts";
import { joinedText, valuesOf } from "./values.ts";

/** Categories that are listed at most. */
const mostCategories = 50;
/** Rows below which a column of different values says nothing of being an id. */
const fewestRows = 20;

/** Told of what a column's user should look at, in words that follow "column NAME". */
export type Told = (why: string) => void;

export interface Among {
  /** Owners whose file has it not. */
  readonly lacking: readonly string[];
  /** How many there are. */
  readonly files: number;
  /** What the person has said that it is. */
  readonly role?: TableColumn["role"] | undefined;
}

/**
 * What a column is, from all of its cells; its problems go to those of the files.
 */
export function proposeColumn(
  name: string,
  column: FoundColumn,
  { lacking, files, role }: Among,
  told: Told,
): TableColumn {
  const { filled, gaps, rows } = column;
  const numbers = column.count("number") === filled;
  const dropped = (why: string, role: "id" | "drop" = "drop"): TableColumn => {
    told(why);
    return { name, type: numbers ? "number" : "text", role };
  };
  if (role === "id" || role === "drop") return { name, type: numbers ? "number" : "text", role };
  if (2 * lacking.length >= files) {
    const owners = column.inFiles.map(({ owner }) => owner);
    return dropped(
      `is left out: only ${owners.join(", ")} ${owners.length === 1 ? "has" : "have"} it; it takes more than half of the files`,
    );
  }
  if (filled === 0) return dropped("is left out: all of it is gaps");
  const isId = column.unique && rows >= fewestRows && column.count("date", "oddDate", "oddNumber") === 0;
  if (isId && role !== "feature") {
    return dropped(
      `is taken for an id, which no model sees: each row has another value; --features ${name} takes it in`,
      "id",
    );
  }
  if (column.count("oddDate") === filled) {
    return dropped(
      `is left out: it has dates as ${column.example("oddDate")}; write them as 2026-01-31, in all files, to have them taken in`,
    );
  }
  const feature: TableColumn = {
    ...{ name, type: "number", role: "feature" },
    ...(lacking.length > 0 && { optional: true }),
  };
  if (lacking.length > 0)
    told(`is optional: ${lacking.join(", ")} ${lacking.length === 1 ? "lacks" : "lack"} it`);
  const hasGaps = gaps > 0 || lacking.length > 0;
  const share = `${gaps} of ${rows} rows`;
  const usual = numbers ? "number" : column.usual;
  if (usual) {
    refuseStrays(name, column, usual);
    if (gaps > 0) told(`has gaps in ${share}: the mean of the others stands in for them`);
    return { ...feature, type: usual, ...(hasGaps && { missing: "mean" }) };
  }
  return category(column, feature, { hasGaps, share, told, dropped });
}

function category(
  column: FoundColumn,
  feature: TableColumn,
  {
    hasGaps,
    share,
    told,
    dropped,
  }: {
    readonly hasGaps: boolean;
    readonly share: string;
    readonly told: Told;
    readonly dropped: (why: string) => TableColumn;
  },
): TableColumn {
  const texts = column.texts();
  const { values, spellings, ...joined } = valuesOf(texts ?? new Map());
  const codes = column.count("code") > 0;
  const kind = codes ? `codes as ${column.example("code")}, which are no amounts` : "text";
  if (!texts || values.length > mostCategories || 2 * values.length > column.filled) {
    return dropped(
      `is left out: it is ${kind} of ${texts ? values.length : `more than ${mostKept}`} different values, such as ${column.example("word", "code", "number")}` +
        (codes ? '; "type": "number" and "role": "feature" take it for amounts' : ""),
    );
  }
  if (codes) told(`has ${kind}, and is taken for categories; "type": "number" takes it for amounts`);
  const same = joinedText({ values, spellings, ...joined });
  if (same !== undefined)
    told(`has values that are joined by "spellings": ${same}; part them where they differ`);
  if (column.gaps > 0) told(`has gaps in ${share}, which are a category of their own`);
  return {
    ...feature,
    type: "category",
    categories: [...values],
    ...(Object.keys(spellings).length > 0 && {
      spellings: Object.fromEntries(Object.entries(spellings).map(([one, others]) => [one, [...others]])),
    }),
    ...(hasGaps && { missing: "category" }),
  };
}

/** What is none of what the column holds for the most part: never a category, since a slip of the pen would make one of all. */
function refuseStrays(name: string, column: FoundColumn, usual: "number" | "date"): void {
  const stray: CellKind[] =
    usual === "number"
      ? ["oddNumber", "word", "date", "oddDate"]
      : ["oddDate", "word", "number", "oddNumber"];
  const among = usual === "number" ? "numbers" : "dates as 2026-01-31";
  for (const { cells, problems } of column.inFiles) {
    for (const kind of stray) {
      for (const { text, line } of cells.first[kind]) {
        problems.addAt(line, name, strayProblem(text, kind, among));
      }
      const untold = cells.count[kind] - cells.first[kind].length;
      if (untold > 0) problems.addMore(untold);
    }
  }
}

function strayProblem(text: string, kind: CellKind, among: string): string {
  if (kind === "oddNumber" && isOddNumber(text)) return numberProblem(text, "mend it");
  if (kind === "oddNumber") {
    return `is ${quotedText(text)} in a file of decimal commas, where it may be thousands: write numbers without marks between thousands`;
  }
  if (kind === "oddDate")
    return `is ${quotedText(text)} among ${among}: write dates as 2026-01-31, without a time of day`;
  return `is ${quotedText(text)} among ${among}: mend it, leave it empty where it stands for a gap, or take the column out`;
}
