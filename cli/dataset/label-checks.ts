import { isDecimal } from "../../shared/dataset/decimal.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import type { Table } from "./table.ts";

interface Found {
  readonly name: string;
  /** "a.csv: line 7, column "y"" */
  readonly place: string;
}

/** What programs write where a number is missing. */
const gap = /^(?:[+-]?(?:nan|inf(?:inity)?)|n\/?a|null|none|nil|missing|unknown|[?.-]+)$/i;

/**
 * Labels that would be classes of their own without anybody having meant it: a gap among numbers, and what looks like
 * another label and is not it.
 * @param declared what --classes lists: what stands there is meant
 * @throws DatasetInvalid naming file, line and column
 */
export function checkLabels(tables: readonly Table[], declared: readonly string[] | undefined): void {
  const found = tables.flatMap(({ label, labelColumn, labels }) =>
    labels.flatMap(({ name, firstAt }): Found[] =>
      firstAt === undefined ? [] : [{ name, place: `${label}: ${firstAt}, ${labelColumn}` }],
    ),
  );
  const known = new Set(declared);
  refuseGaps(
    found.filter(({ name }) => !known.has(name)),
    found,
  );
  refuseLookalikes([...(declared ?? []).map((name) => ({ name, place: "--classes" })), ...found]);
}

function refuseGaps(unknown: readonly Found[], all: readonly Found[]): void {
  const gaps = unknown.filter(({ name }) => gap.test(name));
  const [first] = gaps;
  if (!first) return;
  const names = new Set(gaps.map(({ name }) => name));
  const others = all.filter(({ name }) => !names.has(name));
  if (others.length === 0 || !others.every(({ name }) => isDecimal(name))) return;
  throw datasetInvalid(
    `${first.place}: the label "${first.name}" stands among numbers, as where one is missing: leave its rows out, or list ` +
      "it in --classes where it is a class of its own",
  );
}

function refuseLookalikes(all: readonly Found[]): void {
  const seen = new Map<string, Found>();
  for (const one of all) {
    const other = seen.get(look(one.name));
    if (other && other.name !== one.name) {
      throw datasetInvalid(
        `${one.place}: the label ${JSON.stringify(one.name)} looks like ${JSON.stringify(other.name)} (${other.place}), and ` +
          "differs from it in blanks or in characters that look alike: write it the same way everywhere",
      );
    }
    seen.set(look(one.name), one);
  }
}

/** A label as it looks: composed characters, full-width letters as plain ones, nothing invisible, no blanks around it. */
function look(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/[\p{Cf}\p{Cc}]/gu, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
