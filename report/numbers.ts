/** 4284 is "4,284". */
export function wholeNumber(value: number): string {
  return value.toLocaleString("en");
}

/** A share of 1 in per cent without the sign: 0.5499 is "55.0". */
export function percentage(share: number, places: number): string {
  return (100 * share).toFixed(places);
}

/** Three or four digits that matter, for quantities of any size. */
export function measured(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) >= 0.001 && Math.abs(value) < 1e5
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}

/** 4.21 is "4.2 s", 108 is "1 min 48 s", 3720 is "1 h 2 min". */
export function duration(seconds: number): string {
  if (seconds < 59.5) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
