import { canonicalDecimal, compareDecimals, isDecimal } from "../shared/dataset/decimal.ts";

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

/** The classes that labels are, in the order of a model's outputs: numbers ascending, names by code point. */
export function inClassOrder(names: readonly string[]): string[] {
  return names.toSorted(names.every(isDecimal) ? compareDecimals : byCodePoint);
}

/** UTF-8 bytes come in the order of code points, UTF-16 units do not. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
