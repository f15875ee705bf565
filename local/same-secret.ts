import { timingSafeEqual } from "node:crypto";

/** In a time that does not tell how much of it is right; how long it is, is no secret. */
export function sameSecret(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
