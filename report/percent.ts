/** A share of 1 as per cent with two places: 0.8548 is "85.48 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
