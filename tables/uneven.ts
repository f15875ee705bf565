/** What is wrong with a row of another number of fields than the header has, in words that follow its line. */
export function unevenText(fields: number, { length: width }: readonly string[]): string {
  const change =
    width === 1
      ? "take out lines above that of the column names, as comments, titles and sep="
      : "quote a field that holds what separates them";
  return `has ${fields} fields, and the header ${width}; ${change}`;
}
