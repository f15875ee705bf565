import type { EnclosingState } from "./definition.ts";
import { pathProblem } from "./paths.ts";

type Rule = Readonly<Record<string, unknown>>;
const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null;

const operator =
  /^(?:(?:String|Numeric|Timestamp)(?:Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(?:Path)?|BooleanEquals(?:Path)?|StringMatches|Is(?:Null|Present|Numeric|String|Boolean|Timestamp))$/;

const timestamp =
  /^(?<month>\d{4}-(?:0[1-9]|1[0-2]))-(?<day>\d\d)T(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.(?<fraction>\d+))?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** What is wrong with a point in time that a Choice compares with, or undefined. */
function timestampProblem(text: string): string | undefined {
  const { month, day, fraction = "" } = timestamp.exec(text)?.groups ?? {};
  if (month === undefined) return `${text} is no timestamp of RFC 3339 with "T" and a time zone`;
  const [year, nth] = month.split("-").map(Number);
  const days = new Date(Date.UTC(year ?? 0, nth ?? 0, 0)).getUTCDate();
  if (Number(day) < 1 || Number(day) > days) return `${text} is a day that its month does not have`;
  return fraction.length > 3 ? `${text} is finer than the milliseconds that are compared here` : undefined;
}

function operandProblem(operator: string, value: unknown): string | undefined {
  if (operator.startsWith("Is") && value !== true) {
    return `${value} never matches here: use Not with ${operator}: true`;
  }
  if (operator === "StringMatches" && /[*?[\]{}()!+@\\]/.test(String(value))) {
    return `${value} holds a wildcard, or what is one here and plain text on AWS; none meets a line break here`;
  }
  if (operator.startsWith("Timestamp")) return timestampProblem(String(value));
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `${value} cannot be told from its neighbours here`;
  }
  return undefined;
}

function* ruleProblems(
  rule: Rule,
  where: string,
  around: EnclosingState,
  nested = false,
): Generator<[string, string]> {
  for (const [field, value] of Object.entries(rule)) {
    const at = `${where}.${field}`;
    if (field === "Next" && nested) yield [at, "is of no use within another rule, and refused by AWS"];
    if (field === "Next" || field === "Comment") continue;
    if (field === "And" || field === "Or" || field === "Not") {
      for (const [index, one] of [value].flat().entries()) {
        if (isRule(one)) yield* ruleProblems(one, field === "Not" ? at : `${at}[${index}]`, around, true);
      }
    } else if (field === "Variable" || field.endsWith("Path")) {
      const problem = pathProblem(value, around);
      if (problem !== undefined) yield [at, problem];
    } else if (!operator.test(field)) {
      yield [at, "would be ignored here"];
    } else {
      const problem = operandProblem(field, value);
      if (problem !== undefined) yield [at, problem];
    }
  }
}

/** What the executor would ignore or decide otherwise in a Choice state's rules, by the field's place. */
export function* choiceProblems(choices: unknown, around: EnclosingState): Generator<[string, string]> {
  for (const [index, rule] of (Array.isArray(choices) ? choices : []).entries()) {
    if (isRule(rule)) yield* ruleProblems(rule, `Choices[${index}]`, around);
  }
}
