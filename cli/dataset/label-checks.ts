import { datasetInvalid } from "../../shared/errors.ts";
import { isDamaged, look, quotedApart } from "../../tables/look.ts";
import { type FoundLabel, foundLabels } from "./found-label.ts";
import { checkSpelling } from "./label-spelling.ts";
import type { Table } from "./table.ts";

type Placed = Pick<FoundLabel, "name" | "place">;

/**
 * Labels that would be classes of their own without anybody having meant it: what looks like another label and is not
 * it, what lost a character, and, in a file whose classes nobody listed, what may be another label in other words.
 * @param declared what --classes lists: what stands there is meant
 * @throws DatasetInvalid naming file, line and column
 */
export function checkLabels(tables: readonly Table[], declared: readonly string[] | undefined): void {
  const found = tables.map(foundLabels);
  refuseDamaged(found.flat());
  refuseLookalikes([...(declared ?? []).map((name) => ({ name, place: "--classes" })), ...found.flat()]);
  for (const [i, { namesClasses }] of tables.entries()) {
    if (!declared && !namesClasses) checkSpelling(found[i] ?? []);
  }
}

function refuseDamaged(all: readonly Placed[]): void {
  const damaged = all.find(({ name }) => isDamaged(name));
  if (!damaged) return;
  throw datasetInvalid(
    `${damaged.place}: the label "${damaged.name}" is damaged: a program that wrote it lost a character and put \\ufffd in ` +
      "its place; write the file again from its source",
  );
}

function refuseLookalikes(all: readonly Placed[]): void {
  const seen = new Map<string, Placed>();
  for (const one of all) {
    const other = seen.get(look(one.name));
    if (other && other.name !== one.name) {
      throw datasetInvalid(
        `${one.place}: the label ${quotedApart(one.name, other.name)} looks like ${quotedApart(other.name, one.name)} ` +
          `(${other.place}), and differs from it in blanks or in characters that look alike: write it the same way everywhere`,
      );
    }
    seen.set(look(one.name), one);
  }
}
