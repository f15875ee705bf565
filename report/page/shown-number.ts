/** As people write numbers: all digits before the point, and four that matter at least; with an exponent far from 1. */
export function shownNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e12 || (size > 0 && size < 1e-6)) return value.toExponential(3);
  return value.toLocaleString("en", {
    maximumSignificantDigits: Math.max(4, Math.floor(Math.log10(size || 1)) + 1),
  });
}
