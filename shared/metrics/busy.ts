/** From and to, in the same unit. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Length of the union: the time in which at least one of them ran. */
export function busyTime(intervals: readonly Interval[]): number {
  let busy = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    busy += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return busy;
}
