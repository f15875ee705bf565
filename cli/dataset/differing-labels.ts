import { isDecimal } from "../../shared/dataset/decimal.ts";
import type { InputError } from "../../shared/errors.ts";
import { datasetInvalid } from "../../shared/errors.ts";

/** The labels that one owner has. */
export interface OwnLabels {
  readonly owner: string;
  readonly labels: ReadonlySet<string>;
}

/**
 * Two owners who share no label and may yet mean the same ones: numbers here and words there, other letters, or as many
 * of another language. Classes made of both would be a model that nobody wants.
 */
export function otherSpelling(all: readonly OwnLabels[]): readonly [OwnLabels, OwnLabels] | undefined {
  for (const [i, one] of all.entries()) {
    const other = all.slice(i + 1).find((two) => maySpell(one, two));
    if (other) return [one, other];
  }
  return undefined;
}

function maySpell(one: OwnLabels, other: OwnLabels): boolean {
  const [own, others] = [[...one.labels], [...other.labels]];
  const lower = new Map(own.map((name) => [name.toLowerCase(), name]));
  if (others.some((name) => (lower.get(name.toLowerCase()) ?? name) !== name)) return true;
  if (others.some((name) => one.labels.has(name))) return false;
  const numbers = [own, others].map((names) => names.every(isDecimal));
  if (numbers[0] && numbers[1]) return false;
  return numbers[0] !== numbers[1] || (own.length > 1 && own.length === others.length);
}

/**
 * @param sorted all labels, as classes would stand
 * @param column how messages call the labels' column
 */
export function differingLabels(
  all: readonly OwnLabels[],
  sorted: readonly string[],
  column: string,
): InputError {
  // each set of labels once: a thousand owners may have the same
  const holders = new Map<string, string[]>();
  for (const { owner, labels } of all) {
    const own = few(sorted.filter((name) => labels.has(name)));
    holders.set(own, [...(holders.get(own) ?? []), owner]);
  }
  const who = [...holders].map(([labels, names]) => `${few(names)}: ${labels}`).join("\n  ");
  const spelled = otherSpelling(all);
  const advice = spelled
    ? `${spelled[0].owner} and ${spelled[1].owner} may mean the same by other words: write ${column} the same way in all files`
    : "where owners may lack some, list what all have agreed upon: " +
      `--classes ${sorted.length <= 20 ? sorted.map(quoted).join(",") : "a,b,c"}`;
  return datasetInvalid(`the owners have different labels\n  ${who}\n${advice}`);
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
