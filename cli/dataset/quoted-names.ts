/** Names in a message, which stays a message where there are many of them. */
export function quotedNames(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
