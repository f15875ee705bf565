import type { Surroundings } from "./definition.ts";
import { pathProblem } from "./paths.ts";

type Rule = Readonly<Record<string, unknown>>;
const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null;

const operator =
  /^(?:(?:String|Numeric|Timestamp)(?:Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(?:Path)?|BooleanEquals(?:Path)?|StringMatches|Is(?:Null|Present|Numeric|String|Boolean|Timestamp))$/;

function* ruleProblems(rule: Rule, where: string, around: Surroundings): Generator<[string, string]> {
  for (const [field, value] of Object.entries(rule)) {
    const at = `${where}.${field}`;
    if (field === "Next" || field === "Comment") continue;
    if (field === "And" || field === "Or" || field === "Not") {
      for (const [index, one] of [value].flat().entries()) {
        if (isRule(one)) yield* ruleProblems(one, field === "Not" ? at : `${at}[${index}]`, around);
      }
    } else if (field === "Variable" || field.endsWith("Path")) {
      const problem = pathProblem(value, around);
      if (problem !== undefined) yield [at, problem];
    } else if (!operator.test(field)) {
      yield [at, "would be ignored here"];
    } else if (field.startsWith("Is") && value !== true) {
      yield [at, `${value} never matches here: use Not with ${field}: true`];
    } else if (field === "StringMatches" && /[?[\]{}()!+@\\]/.test(String(value))) {
      yield [at, `${value} holds what is a wildcard here and plain text on AWS`];
    }
  }
}

/** What the executor would ignore or decide otherwise in a Choice state's rules, by the field's place. */
export function* choiceProblems(choices: unknown, around: Surroundings): Generator<[string, string]> {
  for (const [index, rule] of (Array.isArray(choices) ? choices : []).entries()) {
    if (isRule(rule)) yield* ruleProblems(rule, `Choices[${index}]`, around);
  }
}
