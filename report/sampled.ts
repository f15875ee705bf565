/** So many of the values, evenly chosen, the last one among them. */
export function sampled(values: readonly number[], count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => values[Math.round(((i + 1) * values.length) / count) - 1] ?? 0,
  );
}
