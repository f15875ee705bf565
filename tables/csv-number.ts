import { isDecimal } from "../shared/dataset/decimal.ts";

/** Characters. */
const mostShown = 60;
const notFinite = /^[+-]?(?:nan|inf|infinity)$/i;

/** The number that a field holds, as float32 has it, or what is wrong with the field. */
export function parseNumber(text: string): number | string {
  if (isDecimal(text)) {
    const value = Math.fround(Number(text));
    return Number.isFinite(value) ? value : `is ${excerpt(text)}, which is beyond the range of float32`;
  }
  if (text === "") return "is empty: every feature needs a number; fill it in, or leave the row out";
  if (notFinite.test(text)) return `is ${text}, which is not finite; fill it in, or leave the row out`;
  return `is ${JSON.stringify(excerpt(text))}, which is not a number; encode it as numbers, or leave the column out`;
}

/** A field in a message, which stays a message whatever the field holds. */
function excerpt(text: string): string {
  return text.length <= mostShown ? text : `${text.slice(0, mostShown).toWellFormed()}...`;
}
