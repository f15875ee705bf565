/**
 * A name as it looks: composed characters, full-width letters as plain ones, every dash and the minus sign as "-",
 * nothing invisible, no blanks around it. Letters of two scripts that look alike stay different.
 */
export function look(name: string): string {
  // what is invisible may keep two characters from being composed, and may be what composing leaves
  return visible(visible(name).normalize("NFKC"))
    .replaceAll(/[\p{Dash_Punctuation}\u2212]/gu, "-")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function visible(name: string): string {
  // blanks that are control characters (tabs, line ends) are seen
  return name.replaceAll(/(?!\s)[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu, "");
}

/** Whether a decoder put the character that stands for a lost one into a name: two such names may have been different. */
export function isDamaged(name: string): boolean {
  return name.includes("\ufffd");
}

/**
 * In quotes, with what sets it apart from a name of the same look escaped: "caf\u0065\u0301" beside "café". A name of
 * ASCII alone is what it looks like.
 */
export function quotedApart(name: string, other: string): string {
  if (/^[ -~]*$/.test(name)) return `"${name}"`;
  const [own, others] = [[...name], [...other]];
  const shorter = Math.min(own.length, others.length);
  let before = 0;
  while (before < shorter && own[before] === others[before]) before++;
  let behind = 0;
  while (behind < shorter - before && own.at(-1 - behind) === others.at(-1 - behind)) behind++;
  const end = own.length - behind;
  return `"${own.slice(0, before).join("")}${escaped(own.slice(before, end))}${own.slice(end).join("")}"`;
}

/** Each in quotes, and apart from whichever of the others looks like it. */
export function quotedBeside(names: readonly string[], others: readonly string[]): string[] {
  const twins = new Map(others.map((name) => [look(name), name]));
  return names.map((name) => {
    const twin = twins.get(look(name));
    return twin === undefined || twin === name ? `"${name}"` : quotedApart(name, twin);
  });
}

/** Those of the names that look like one of the others and are not it. */
export function lookalikes(names: readonly string[], others: readonly string[]): string[] {
  const twins = new Map(others.map((name) => [look(name), name]));
  return names.filter((name) => (twins.get(look(name)) ?? name) !== name);
}

function escaped(characters: readonly string[]): string {
  const units = characters.join("");
  return Array.from(
    { length: units.length },
    (_, i) => `\\u${units.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}
