import { canonicalDecimal, isDecimal } from "../shared/dataset/decimal.ts";

/** For each label, the class that it is, or -1. */
export function classIndices(labels: readonly string[], classNames: readonly string[]): number[] {
  const canonical = spelling(classNames);
  const indices = new Map(classNames.map((name, i) => [canonical(name), i]));
  return labels.map((name) => indices.get(canonical(name)) ?? -1);
}

/** One spelling of each number where all are numbers; everything as it stands where not. */
export function spelling(names: readonly string[]): (name: string) => string {
  return names.every(isDecimal) ? (name) => canonicalDecimal(name) ?? name : (name) => name;
}
