import { canonicalDecimal } from "../dataset/decimal.ts";

/**
 * Finds which of some values a cell has: one of them or of its other spellings. A number is the same however it is written,
 * 1 and 1.0 and 01, unless two of the values are the same number.
 * @returns what gives the value's place, or undefined of a cell that is none
 */
export function valuePlaces(
  values: readonly string[],
  spellings: Readonly<Record<string, readonly string[]>> = {},
): (text: string) => number | undefined {
  const asWritten = new Map(values.map((one, at) => [one, at]));
  for (const [value, others] of Object.entries(spellings)) {
    const at = asWritten.get(value);
    if (at !== undefined) for (const one of others) asWritten.set(one, at);
  }
  const asNumbers = new Map<string, number>();
  for (const [text, at] of asWritten) {
    const number = canonicalDecimal(text);
    if (number === undefined) continue;
    if ((asNumbers.get(number) ?? at) !== at) return (one) => asWritten.get(one);
    asNumbers.set(number, at);
  }
  return (text) => asWritten.get(text) ?? asNumbers.get(canonicalDecimal(text) ?? "");
}
