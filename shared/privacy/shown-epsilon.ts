/** An epsilon for people, rounded up: what is said is never less than what was spent. */
export function shownEpsilon(epsilon: number, decimals = 2): string {
  const units = 10 ** decimals;
  // what float64 adds to a product of theirs is no more spent
  return (Math.ceil(epsilon * units - 1e-9) / units).toFixed(decimals);
}
