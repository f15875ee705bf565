import type { Mutant } from "../mutant.ts";

const untyped = (type: string, what: string): Mutant => ({
  name: `${type.toLowerCase()}-compared-as-javascript`,
  fault: `A Choice's ${type} comparison ${what}, as JavaScript's operators have it.`,
  file: "local/stepfunctions/typed-rules.ts",
  find: "if (type === undefined) return rule;",
  replace: `if (type === undefined || type === "${type}") return rule;`,
  tests: ["test/local/stepfunctions/choice.test.ts"],
});

/** What the local Step Functions endpoint decides as the service does. */
export const stepFunctions: readonly Mutant[] = [
  untyped("Numeric", "takes null and texts for numbers"),
  untyped("String", "takes numbers for texts"),
  untyped("Timestamp", "takes null for a point in time"),
  untyped("Boolean", "takes other values for booleans"),
  {
    name: "finer-times-than-compared",
    fault:
      "A Choice with a point in time finer than milliseconds is accepted, and decided otherwise than on AWS.",
    file: "local/stepfunctions/choice-rules.ts",
    find: "fraction.length > 3",
    replace: "fraction.length > 99",
    tests: ["test/local/stepfunctions/unsupported.test.ts"],
  },
  {
    name: "wildcards-as-globs",
    fault: "A Choice with a wildcard is accepted, and decided otherwise than on AWS.",
    file: "local/stepfunctions/choice-rules.ts",
    find: 'operator === "StringMatches" && ',
    replace: 'operator === "StringMatches" && value === 0 && ',
    tests: ["test/local/stepfunctions/unsupported.test.ts"],
  },
  {
    name: "malformed-arn-unnamed",
    fault: "A malformed ARN gets the error of a machine or an execution that is not there.",
    file: "local/stepfunctions/arn.ts",
    find: "keyof typeof partsBehind): void {",
    replace: 'keyof typeof partsBehind): void {\n  if (arn !== "") return;',
    tests: ["test/local/stepfunctions/refused-requests.test.ts"],
    titled: "^executions refuse",
  },
  {
    name: "malformed-token-first-page",
    fault: "A malformed token gets the first page in place of InvalidToken.",
    file: "local/stepfunctions/paging.ts",
    find: "behind !== undefined && found < 0",
    replace: "behind !== undefined && found < -1",
    tests: ["test/local/stepfunctions/refused-requests.test.ts"],
    titled: "^executions refuse",
  },
  {
    name: "token-names-a-place",
    fault: "A page's token is a place in the list, so that a list which grows tells some items twice.",
    file: "local/stepfunctions/paging.ts",
    find: "const left = items.slice(found + 1).filter(matches);",
    replace: "const left = items.slice(found + (found > 0 ? 0 : 1)).filter(matches);",
    tests: ["test/local/stepfunctions/pages.test.ts"],
    titled: "^executions (are listed|can be listed|show)",
  },
];
