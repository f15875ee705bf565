import { isDecimal } from "../../shared/dataset/decimal.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { look } from "../../tables/look.ts";
import type { FoundLabel } from "./found-label.ts";

/** Labels of the other kind that a message shows. */
const mostShown = 5;

/**
 * The first label that is of another kind than most: a word among numbers, or a number among words. Most is half of the
 * different labels, or more than half of the rows; where both kinds are, the word is the odd one.
 */
export function oddLabel(found: readonly FoundLabel[]): { odd: FoundLabel; among: string } | undefined {
  const numbers = found.filter(({ name }) => isDecimal(name));
  const words = found.filter(({ name }) => !isDecimal(name));
  const wordIsOdd = namesOf(numbers).length >= namesOf(words).length || rowsOf(numbers) > rowsOf(words);
  const [few, most, kind] = wordIsOdd ? [words, numbers, "numbers"] : [numbers, words, "words"];
  const [odd] = few;
  if (!odd || most.length === 0) return undefined;
  const names = namesOf(most);
  const shown = names.slice(0, mostShown).join(", ");
  return { odd, among: `${kind} (${shown}${names.length > mostShown ? ", ..." : ""})` };
}

/**
 * Labels of one file that may be one class in two spellings. No list of words for a gap is complete, so that every word
 * among numbers may be one.
 * @throws DatasetInvalid naming file, line and column
 */
export function checkSpelling(found: readonly FoundLabel[]): void {
  const mixed = oddLabel(found);
  if (mixed) {
    const { odd, among } = mixed;
    throw datasetInvalid(
      `${odd.place}: the label "${odd.name}" stands among ${among}: leave its rows out where a value is missing, write it ` +
        "as the others are where it means one of them, or list all labels in --classes where it is a class of its own",
    );
  }
  const seen = new Map<string, FoundLabel>();
  for (const one of found) {
    const other = seen.get(inSmallLetters(one.name));
    if (other) {
      throw datasetInvalid(
        `${one.place}: the label "${one.name}" is "${other.name}" (${other.place}) in other letters, small and capital: ` +
          "write it the same way everywhere, or list both in --classes where they are different classes",
      );
    }
    seen.set(inSmallLetters(one.name), one);
  }
}

/** Equal of labels that differ in small and capital letters alone. */
export function inSmallLetters(name: string): string {
  return look(name).toLowerCase();
}

/** Of several files' labels, each name once. */
function namesOf(labels: readonly FoundLabel[]): string[] {
  return [...new Set(labels.map(({ name }) => name))];
}

function rowsOf(labels: readonly FoundLabel[]): number {
  return labels.reduce((sum, { rows }) => sum + rows, 0);
}
