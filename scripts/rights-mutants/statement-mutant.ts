import * as z from "zod";

const texts = z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(z.string()));
const principalSchema = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** A statement with its references resolved. */
export const statementSchema = z.looseObject({
  Effect: z.enum(["Allow", "Deny"]),
  Action: texts,
  Resource: texts.optional(),
  Principal: principalSchema.optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).default({}),
});
export type MutableStatement = z.output<typeof statementSchema>;

export interface StatementMutant {
  /** "more" grants or denies more than it did, "less" less. */
  readonly direction: "more" | "less";
  readonly what: string;
  /** Undefined where the whole statement is gone. */
  readonly statement: MutableStatement | undefined;
}

/** One action, resource, principal or condition more or less. */
export function mutantsOf(statement: MutableStatement): StatementMutant[] {
  return [
    { direction: "less", what: "the statement is gone", statement: undefined },
    ...fewer("Action", statement.Action, (Action) => ({ ...statement, Action })),
    ...statement.Action.flatMap((action) =>
      more("Action", action, widerAction(action), (Action) => ({ ...statement, Action }), statement.Action),
    ),
    ...(statement.Resource ? ofResources(statement, statement.Resource) : []),
    ...ofConditions(statement),
    ...ofPrincipal(statement),
  ];
}

function ofResources(statement: MutableStatement, resources: readonly string[]): StatementMutant[] {
  const withResource = (Resource: string[]) => ({ ...statement, Resource });
  return [
    ...fewer("Resource", resources, withResource),
    ...resources.flatMap((resource) =>
      widerResources(resource).flatMap((wider) => more("Resource", resource, wider, withResource, resources)),
    ),
  ];
}

function ofConditions(statement: MutableStatement): StatementMutant[] {
  const { Condition } = statement;
  const all = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
  );
  const withValues = (operator: string, key: string, values: string[]) => ({
    ...statement,
    Condition: { ...Condition, [operator]: { ...Condition[operator], [key]: values } },
  });
  return all.flatMap(({ operator, key, values }): StatementMutant[] => {
    const { [key]: _, ...others } = Condition[operator] ?? {};
    const without = { ...statement, Condition: { ...Condition, [operator]: others } };
    const at = `${operator} of ${key}`;
    const replaced = { Bool: [String(values[0] !== "true")], Null: [String(values[0] !== "true")] }[operator];
    return [
      { direction: "more", what: `${at} is gone`, statement: without },
      ...fewer(at, values, (left) => withValues(operator, key, left)),
      ...(operator === "StringLike"
        ? [
            {
              direction: "more" as const,
              what: `${at} takes *`,
              statement: withValues(operator, key, [...values, "*"]),
            },
          ]
        : []),
      {
        direction: "less",
        what: `${at} asks for something else`,
        statement: withValues(operator, key, replaced ?? ["something-else"]),
      },
    ];
  });
}

function ofPrincipal(statement: MutableStatement): StatementMutant[] {
  const { Principal } = statement;
  if (Principal === undefined) return [];
  const everybody = JSON.stringify(Principal).includes('"*"');
  const another = { AWS: "222222222222" };
  return [
    {
      direction: "less",
      what: "Principal is another account",
      statement: { ...statement, Principal: another },
    },
    ...(everybody
      ? []
      : [
          {
            direction: "more" as const,
            what: "Principal is everybody",
            statement: { ...statement, Principal: "*" },
          },
        ]),
  ];
}

function fewer(
  of: string,
  all: readonly string[],
  make: (left: string[]) => MutableStatement,
): StatementMutant[] {
  const different = [...new Set(all)];
  // without the last one nothing is left of the statement
  if (different.length < 2) return [];
  return different.map((gone) => ({
    direction: "less",
    what: `${of} without ${gone}`,
    statement: make(different.filter((one) => one !== gone)),
  }));
}

function more(
  of: string,
  text: string,
  wider: string | undefined,
  make: (all: string[]) => MutableStatement,
  all: readonly string[],
): StatementMutant[] {
  if (wider === undefined || wider === text) return [];
  return [
    {
      direction: "more",
      what: `${of} ${wider} for ${text}`,
      statement: make(all.map((one) => (one === text ? wider : one))),
    },
  ];
}

/** s3:* for s3:GetObject */
const widerAction = (action: string) => action.replace(/:.*/, ":*");

/** All there is, and all that stands beside it: runs/* for runs/*\/plan.json. */
function widerResources(resource: string): string[] {
  if (resource === "*") return [];
  const beside = resource.replace(/[^/:]*(\/\*|:\*)?$/, "*");
  return [...new Set(["*", beside])].filter((wider) => wider !== resource);
}
