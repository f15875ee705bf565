import { isDecimal } from "../dataset/decimal.ts";
import { type Wrong, wrong } from "./wrong.ts";

const grouped = /^[+-]?\d{1,3}(?:([.,' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/;
const fraction = /^[+-]?\d*,\d+$/;
const infinite = /^[+-]?(?:inf|infinity|∞)$/i;
const signed = /^[+-]?[\d.,]+\s*%$/;

/**
 * What is wrong with a cell that should be a number, and what to change, in words that follow the place. What is a number
 * written otherwise is never to become a gap or a category: a model would learn of fewer rows than there are.
 * @param otherwise what is to be done about what is no number in any way of writing
 */
export function wrongNumber(text: string, otherwise: string): Wrong {
  const is = `is ${quotedText(text)}`;
  if (isDecimal(text)) {
    const fault = `${is}, which is beyond the range of float32`;
    return { fault, problem: fault };
  }
  if (infinite.test(text)) {
    const change = "write the number that is meant, or leave the cell empty where there is none";
    return wrong(`${is}, which is not finite`, change);
  }
  if (signed.test(text)) {
    const change = "write the number without the percent sign";
    return { fault: `${is}: ${change}`, problem: `${is}: ${change}, of the same unit in every file` };
  }
  if (grouped.test(text) || fraction.test(text)) {
    const fault = `${is}: write numbers without marks between thousands, and with a point before a fraction`;
    return { fault, problem: `${fault}, or say --csv decimal-commas where a comma stands there` };
  }
  return wrong(`${is}, which is no number`, otherwise);
}

/** The same in words alone. */
export function numberProblem(text: string, otherwise: string): string {
  return wrongNumber(text, otherwise).problem;
}

/** Whether a text is no number as CSV writes them, and one for people: 1,234.5 or 45 % or -inf. */
export function isOddNumber(text: string): boolean {
  return [infinite, signed, grouped, fraction].some((one) => one.test(text));
}

/** A cell in a message, which stays a message whatever the cell holds. */
export function quotedText(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60).toWellFormed()}...`);
}
