import { canonicalDecimal, isDecimal } from "../../shared/dataset/decimal.ts";
import { inClassOrder } from "../classes.ts";
import { mostKept } from "./cells.ts";
import type { InFile } from "./file-survey.ts";

/** Words that mean yes and no, in the order of classes. */
const noYes: readonly [readonly string[], readonly string[]] = [
  ["0", "no", "n", "false", "f"],
  ["1", "yes", "y", "true", "t"],
];

/** Categories or classes, with the other ways in which they are written. */
export interface Values {
  readonly values: readonly string[];
  readonly spellings: Readonly<Record<string, readonly string[]>>;
  /** Whether they are yes and no in several words. */
  readonly answers: boolean;
  /** Rows of each. */
  readonly rows: ReadonlyMap<string, number>;
}

/** Whether a word means yes or no. */
export function isAnswer(text: string): boolean {
  return noYes.some((words) => words.includes(plain(text)));
}

/** Rows by text over all files; undefined where there are too many. */
export function mergedTexts(inFiles: readonly InFile[]): Map<string, number> | undefined {
  const all = new Map<string, number>();
  for (const { cells } of inFiles) {
    if (!cells.texts) return undefined;
    for (const [text, rows] of cells.texts) all.set(text, (all.get(text) ?? 0) + rows);
  }
  return all.size > mostKept ? undefined : all;
}

/**
 * The values that texts are: what differs in capitals, blanks or the writing of a number alone is one, and so are yes and no
 * in several words.
 */
export function valuesOf(texts: ReadonlyMap<string, number>): Values {
  const groups = new Map<string, string[]>();
  for (const text of texts.keys()) groups.set(plain(text), [...(groups.get(plain(text)) ?? []), text]);
  const answers = noYes.map((words) => [...groups.keys()].filter((one) => words.includes(one)));
  const isAnswers =
    answers.flat().length === groups.size && answers.every((one) => one.length > 0) && groups.size > 2;
  const joined = isAnswers
    ? answers.map((words) => words.flatMap((word) => groups.get(word) ?? []))
    : [...groups.values()];
  const rowsOf = (text: string) => texts.get(text) ?? 0;
  // no is never called 0 where yes is called yes
  const rowsOfPairs = noYes[0].map((_, pair) =>
    noYes.reduce(
      (sum, words) => sum + (groups.get(words[pair] ?? "") ?? []).reduce((all, one) => all + rowsOf(one), 0),
      0,
    ),
  );
  const pair = rowsOfPairs.indexOf(Math.max(...rowsOfPairs));
  const ordered = joined.map((words, at) => {
    const named = (word: string) => (isAnswers && plain(word) === noYes[at]?.[pair] ? 1 : 0);
    const [most = "", ...others] = words.toSorted((a, b) => named(b) - named(a) || rowsOf(b) - rowsOf(a));
    const more = isAnswers ? joined[1 - at]?.map((word) => counterpart(word, at)) : [];
    const rest = [...others, ...(more ?? []).filter((word) => !words.includes(word))];
    const spelled = [...new Set(rest)].filter((one) => !sameNumber(one, most));
    const rows = words.reduce((sum, word) => sum + rowsOf(word), 0);
    return { most, spelled, rows };
  });
  const names = ordered.map(({ most }) => most);
  return {
    values: isAnswers ? names : inClassOrder(names),
    spellings: Object.fromEntries(
      ordered.flatMap(({ most, spelled }) => (spelled.length > 0 ? [[most, spelled]] : [])),
    ),
    answers: isAnswers,
    rows: new Map(ordered.map(({ most, rows }) => [most, rows])),
  };
}

function plain(text: string): string {
  return canonicalDecimal(text) ?? text.trim().replaceAll(/\s+/g, " ").toLowerCase();
}

/** A number is found by its value, however it is written. */
function sameNumber(a: string, b: string): boolean {
  return isDecimal(a) && isDecimal(b) && canonicalDecimal(a) === canonicalDecimal(b);
}

/** The other answer in the same words and capitals: True to False, y to n. @param answer 0 for no */
function counterpart(word: string, answer: number): string {
  const at = noYes[1 - answer]?.indexOf(plain(word)) ?? -1;
  const other = noYes[answer]?.[at] ?? word;
  if (word === word.toLowerCase()) return other;
  return word === word.toUpperCase() && word.length > 1
    ? other.toUpperCase()
    : `${other[0]?.toUpperCase()}${other.slice(1)}`;
}

/** Which ways of writing are joined to one value, for people; undefined where none are. */
export function joinedText({ values, spellings }: Values): string | undefined {
  const joined = values.filter((value) => spellings[value]);
  if (joined.length === 0) return undefined;
  return joined
    .map((value) => [value, ...(spellings[value] ?? [])].map((one) => JSON.stringify(one)).join(", "))
    .join(", and ");
}
