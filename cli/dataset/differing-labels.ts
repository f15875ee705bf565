import { isDecimal } from "../../shared/dataset/decimal.ts";
import type { InputError } from "../../shared/errors.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import type { FoundLabel } from "./found-label.ts";
import { inSmallLetters, oddLabel } from "./label-spelling.ts";

/** The labels that one owner has. */
export interface OwnLabels {
  readonly owner: string;
  readonly labels: ReadonlySet<string>;
}

/**
 * Two owners whose labels may be the same in other words. Classes made of both would be a model that nobody wants. Where
 * one has all that the other has, it merely knows more classes; where some owner has the labels of both, they are told
 * apart there.
 */
function otherSpelling(all: readonly OwnLabels[]): readonly [OwnLabels, OwnLabels] | undefined {
  // each set of labels once: a thousand owners may have the same
  const sets = [...new Map(all.map((own) => [JSON.stringify([...own.labels].sort()), own])).values()];
  for (const [i, one] of sets.entries()) {
    const other = sets.slice(i + 1).find((two) => maySpell(one.labels, two.labels, sets));
    if (other) return [one, other];
  }
  return undefined;
}

function maySpell(one: ReadonlySet<string>, other: ReadonlySet<string>, all: readonly OwnLabels[]): boolean {
  const [own, others] = [without(one, other), without(other, one)];
  if (own.length === 0 || others.length === 0) return false;
  const apart = [...own, ...others];
  if (all.some(({ labels }) => apart.every((name) => labels.has(name)))) return false;
  const union = new Set([...one, ...other]);
  const letters = new Set([...union].map(inSmallLetters));
  const numbers = [...union].filter(isDecimal).length;
  return one.size === other.size || letters.size < union.size || (numbers > 0 && numbers < union.size);
}

function without(labels: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...labels].filter((name) => !others.has(name));
}

/**
 * @param sorted all labels, as classes would stand
 * @param found the same labels as the files have them
 * @param column how messages call the labels' column
 */
export function differingLabels(
  all: readonly OwnLabels[],
  sorted: readonly string[],
  found: readonly FoundLabel[],
  column: string,
): InputError {
  const holders = new Map<string, string[]>();
  for (const { owner, labels } of all) {
    const own = few(sorted.filter((name) => labels.has(name)));
    holders.set(own, [...(holders.get(own) ?? []), owner]);
  }
  const who = [...holders].map(([labels, names]) => `${few(names)}: ${labels}`).join("\n  ");
  return datasetInvalid(`the owners have different labels\n  ${who}\n${advice(all, sorted, found, column)}`);
}

function advice(
  all: readonly OwnLabels[],
  sorted: readonly string[],
  found: readonly FoundLabel[],
  column: string,
): string {
  const spelled = otherSpelling(all);
  const mixed = oddLabel(found);
  // a list to copy would be taken for the cure
  if (spelled) {
    return (
      `${spelled[0].owner} and ${spelled[1].owner} may mean the same by other words: write ${column} the same way in all ` +
      `files${mixed ? ` (${mixed.odd.place}: "${mixed.odd.name}" stands among ${mixed.among})` : ""}; where each label is a ` +
      "class of its own, all owners agree upon a list, which --classes takes"
    );
  }
  return (
    "where owners may lack some, list what all have agreed upon: " +
    `--classes ${sorted.length <= 20 ? sorted.map(quoted).join(",") : "a,b,c"}`
  );
}

/** What is said where --classes lists labels that may be one another in other words. */
export function spellingNote(all: readonly OwnLabels[]): string | undefined {
  const spelled = otherSpelling(all);
  if (!spelled) return undefined;
  const [one, other] = spelled.map(({ owner, labels }) => `${owner} has ${few([...labels])}`);
  return (
    `${one}, and ${other}: they are different classes, since --classes lists them; where they mean the same, write them ` +
    "the same way in all files"
  );
}

function few(names: readonly string[]): string {
  return names.length <= 20
    ? names.join(", ")
    : `${names.slice(0, 20).join(", ")} and ${names.length - 20} more`;
}

/** As --classes takes it, in a shell. */
function quoted(name: string): string {
  return /^[\w.+-]+$/.test(name) ? name : `'"${name.replaceAll('"', '""')}"'`;
}
