/** In one unit, at most seven columns wide: a line stays within eighty whatever the machine. */
export function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const [minute, hour, day] = [60, 3_600, 86_400];
  if (seconds < 2 * minute) return `${Math.round(seconds)} s`;
  if (seconds < 2 * hour) return `${Math.round(seconds / minute)} min`;
  if (seconds < 2 * day) return `${Math.round(seconds / hour)} h`;
  return `${Math.min(99_999, Math.round(seconds / day))} d`;
}
