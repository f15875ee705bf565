import { type ConditionKey, type Context, conditionKey } from "./condition-keys.ts";
import { compileArnPattern, compilePattern, type Pattern, type Refuse } from "./pattern.ts";

/** One operator on one key, as the policy has it and as it is evaluated. */
export interface Condition {
  readonly operator: string;
  readonly key: ConditionKey;
  readonly values: readonly string[];
  holds(context: Context): boolean;
}

type Compile = (value: string, refuse: Refuse) => Pattern;

const equal: Compile = (value, refuse) => compilePattern(value, refuse, false);
const like: Compile = (value, refuse) => compilePattern(value, refuse);
const arnLike: Compile = (value, refuse) => compileArnPattern(value, refuse);
const bool: Compile = (value, refuse) => {
  const expected = truth(value, refuse);
  return { matches: (actual) => actual.toLowerCase() === String(expected) };
};

/** ArnEquals does what ArnLike does; one that is negated holds where none of the values matches. */
const operators: ReadonlyMap<string, { readonly compile: Compile; readonly negated: boolean }> = new Map([
  ["StringEquals", { compile: equal, negated: false }],
  ["StringNotEquals", { compile: equal, negated: true }],
  ["StringLike", { compile: like, negated: false }],
  ["StringNotLike", { compile: like, negated: true }],
  ["ArnEquals", { compile: arnLike, negated: false }],
  ["ArnNotEquals", { compile: arnLike, negated: true }],
  ["ArnLike", { compile: arnLike, negated: false }],
  ["ArnNotLike", { compile: arnLike, negated: true }],
  ["Bool", { compile: bool, negated: false }],
]);

const ifExists = /IfExists$/;

/** A statement's element Condition: all of these have to hold. */
export function compileConditions(
  blocks: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  refuse: Refuse,
): Condition[] {
  return Object.entries(blocks).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([name, values]) => {
      const key = conditionKey(name);
      if (key === undefined) throw refuse(`the condition key ${name}`);
      return { operator, key, values, holds: compile(operator, key, values, refuse) };
    }),
  );
}

function compile(operator: string, key: ConditionKey, values: readonly string[], refuse: Refuse) {
  if (operator === "Null") {
    const absent = values.map((value) => truth(value, refuse));
    return (context: Context) => absent.includes(context[key] === undefined);
  }
  const known = operators.get(operator.replace(ifExists, ""));
  if (known === undefined) throw refuse(`the condition operator ${operator}`);
  const patterns = values.map((value) => known.compile(value, refuse));
  const without = ifExists.test(operator) || known.negated;
  return (context: Context) => {
    const actual = context[key];
    if (actual === undefined) return without;
    return patterns.some((pattern) => pattern.matches(actual, context)) !== known.negated;
  };
}

function truth(value: string, refuse: Refuse): boolean {
  const spelled = value.toLowerCase();
  if (spelled !== "true" && spelled !== "false") throw refuse(`"${value}" where true or false belongs`);
  return spelled === "true";
}
