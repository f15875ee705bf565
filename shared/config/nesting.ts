/** Far more levels than any document has, and far fewer than what reads one may recurse. */
export const mostLevels = 64;

/** Whether objects and lists stand within each other deeper than any document needs; asked without recursion. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= mostLevels; depth++) {
    level = level.flatMap((node) => (typeof node === "object" && node !== null ? Object.values(node) : []));
    if (level.length === 0) return false;
  }
  return true;
}
