import type { DatasetContent } from "./dataset.ts";
import type { Targets } from "./examples.ts";

interface NumberedLabels extends Pick<DatasetContent, "classes" | "classNames"> {
  /** Classes 0 ... classes - 1. */
  readonly y: Int32Array;
}

/**
 * Classes from labels that are integers of any kind. Where they are 0 ... n already, they stay, and need no names;
 * else they are numbered in ascending order, as EMNIST's letters, 1 ... 26, have it, and keep their numbers as names.
 */
export function numberedLabels(given: Targets): NumberedLabels {
  const labels = given instanceof Int32Array ? given : Int32Array.from(given);
  const distinct = [...new Set(labels)].sort((a, b) => a - b);
  const classes = distinct.length;
  if (distinct.every((label, i) => label === i)) return { y: labels, classes };
  const classOf = new Map(distinct.map((label, i) => [label, i]));
  return { y: labels.map((label) => classOf.get(label) ?? 0), classes, classNames: distinct.map(String) };
}
