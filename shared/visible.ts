/**
 * What a terminal would obey in place of showing it: control characters (C0, DEL and C1), what ends a line or turns the
 * direction of text around for whoever reads it, and what takes no room, so that two names look the same.
 */
const obeyed =
  "\\p{Cc}\\u061c\\u200b\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff";
const anyObeyed = new RegExp(`[${obeyed}]`, "gu");
const obeyedWithinLines = new RegExp(`(?!\\n)[${obeyed}]`, "gu");

/** A name that was read from somewhere, as one line can show it: what would be obeyed is written as in JSON. */
export function visible(text: string): string {
  return text.replace(anyObeyed, written);
}

/** The same of a text of several lines. JSON stays the JSON that it is. */
export function visibleLines(text: string): string {
  return text.replace(obeyedWithinLines, written);
}

const short = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function written(character: string): string {
  return short.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
