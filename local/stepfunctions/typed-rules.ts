type Rule = Readonly<Record<string, unknown>>;

const comparison = /^(?<type>String|Numeric|Boolean|Timestamp)(?:Equals|LessThan|GreaterThan|Matches)/;

/** Holds where the value is of the type; a path that leads to none is an error. */
function isOf(type: string, path: unknown): Rule {
  const test = { Variable: path, [`Is${type}`]: true };
  // the library takes a list of one timestamp for a timestamp
  return type === "Timestamp" ? { And: [{ Variable: path, IsString: true }, test] } : test;
}

/** Always holds; a path that leads to no value is an error, as it is where both sides of a comparison are read. */
const read = (path: unknown): Rule => {
  const isNull = { Variable: path, IsNull: true };
  return { Or: [isNull, { Not: isNull }] };
};

/**
 * A Choice's rule that asks for types before it compares: where a value is not of the operator's type, nothing matches
 * (https://states-language.net/spec.html#choice-state, "Data-test expression"). The library compares as JavaScript
 * does, to which null is less than 1 and 5 less than "6", and ends the execution where the value behind a ...Path is of
 * another type.
 */
export function typedRule(rule: Rule): Rule {
  const { And, Or, Not, Variable, ...others } = rule;
  if (Array.isArray(And)) return { ...others, And: And.map(typedRule) };
  if (Array.isArray(Or)) return { ...others, Or: Or.map(typedRule) };
  if (typeof Not === "object" && Not !== null) return { ...others, Not: typedRule(Not as Rule) };
  const { Next, Comment, ...test } = others;
  const top = { ...(Next !== undefined && { Next }), ...(Comment !== undefined && { Comment }) };
  const [[operator = "", operand] = []] = Object.entries(test);
  if (operator === "IsTimestamp") return { ...isOf("Timestamp", Variable), ...top };
  const type = comparison.exec(operator)?.groups?.type;
  if (type === undefined) return rule;
  const behindPath = operator.endsWith("Path") ? [read(Variable), isOf(type, operand)] : [];
  return { ...top, And: [...behindPath, isOf(type, Variable), { Variable, ...test }] };
}
