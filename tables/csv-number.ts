import { isDecimal } from "../shared/dataset/decimal.ts";
import type { Decimal } from "./csv/dialect.ts";

/** Characters. */
const mostShown = 60;
const notFinite = /^[+-]?(?:nan|inf|infinity)$/i;

/**
 * The number that a field holds, as float32 has it, or what is wrong with the field.
 * @param decimal what stands before fractions in its file
 */
export function parseNumber(text: string, decimal: Decimal = "."): number | string {
  const usual = withPoint(text, decimal);
  if (isDecimal(usual)) {
    const value = Math.fround(Number(usual));
    return Number.isFinite(value) ? value : `is ${excerpt(text)}, which is beyond the range of float32`;
  }
  if (text === "") return "is empty: every feature needs a number; fill it in, or leave the row out";
  if (notFinite.test(text)) return `is ${text}, which is not finite; fill it in, or leave the row out`;
  if (decimal === "," && isDecimal(text)) {
    return (
      `is ${excerpt(text)}, in a file of decimal commas: it is open whether its point stands between thousands or before a ` +
      "fraction; write 1234 for thousands and 1,234 for fractions, or say --csv decimal-points where no comma is meant as one"
    );
  }
  const comma =
    decimal === "." && /^[+-]?\d+,\d+$/.test(text)
      ? "; say --csv decimal-commas where the comma stands before a fraction"
      : "";
  return `is ${JSON.stringify(excerpt(text))}, which is not a number; encode it as numbers, or leave the column out${comma}`;
}

/** A number as JavaScript spells it: with a point before its fraction. In a file of decimal commas a point is none. */
export function withPoint(text: string, decimal: Decimal): string {
  if (decimal === ".") return text;
  return text.includes(".") ? "" : text.replace(",", ".");
}

/** A label as classes have it: a number in a file of decimal commas as it is elsewhere. */
export function labelText(text: string, decimal: Decimal): string {
  const usual = withPoint(text, decimal);
  return isDecimal(usual) ? usual : text;
}

/** A field in a message, which stays a message whatever the field holds. */
function excerpt(text: string): string {
  return text.length <= mostShown ? text : `${text.slice(0, mostShown).toWellFormed()}...`;
}
