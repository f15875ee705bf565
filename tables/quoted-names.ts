import { quotedBeside } from "./look.ts";

/**
 * Names in a message, which stays a message where there are many of them.
 * @param beside names that the message has too: what only looks like one of them is told apart
 */
export function quotedNames(names: readonly string[], most = 10, beside: readonly string[] = []): string {
  const shown = quotedBeside(names.slice(0, most), beside);
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
