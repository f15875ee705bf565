import { describe, expect, it } from "vitest";
import { execute, outputOf } from "./toy-machine.ts";

/** Whether the rule matches each of the inputs, which a Map tries; or how the execution ended. */
async function matchesEach(rule: object, inputs: readonly object[]): Promise<unknown> {
  const pass = (Result: object) => ({ Type: "Pass", Result, End: true });
  const States = {
    Decide: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
    Yes: pass({ matches: true }),
    No: pass({ matches: false }),
  };
  const Each = { Type: "Map", ItemProcessor: { StartAt: "Decide", States }, End: true };
  const output = outputOf(await execute({ StartAt: "Each", States: { Each } }, {}, inputs));
  if (!Array.isArray(output)) return output;
  return output.map(({ matches }: { matches: boolean }) => matches);
}

async function matches(rule: object, input: object): Promise<unknown> {
  const found = await matchesEach(rule, [input]);
  return Array.isArray(found) ? found[0] : found;
}

/** Expects of the rule and each of the inputs what the function says of it; a failure shows the inputs that differ. */
async function expectEach<Input extends object>(
  rule: object,
  inputs: readonly Input[],
  expected: (input: Input) => boolean,
): Promise<void> {
  const found = await matchesEach(rule, inputs);
  const beside = (of: unknown) => inputs.map((input, i) => [input, Array.isArray(of) ? of[i] : of]);
  expect(beside(found)).toEqual(beside(inputs.map(expected)));
}

const noon = "2026-03-01T12:00:00Z";
const later = "2026-03-01T12:00:00.001Z";
/** Noon in another zone. */
const elsewhere = "2026-03-01T13:00:00+01:00";

/** One value at least of every kind that JSON has, and what JavaScript takes for numbers, texts and times. */
const values = [
  null,
  false,
  true,
  0,
  -1,
  5,
  2.5,
  "",
  "0",
  "5",
  "6",
  "5.0",
  "ab",
  noon,
  later,
  elsewhere,
  "2026-03-01 12:00:00Z",
  "2026-03-01T12:00:00",
  "2026-03-01t12:00:00z",
  "2026-03-01",
  [],
  [0],
  [5],
  ["5"],
  [noon],
  {},
  { a: 5 },
];

const each = values.map((v) => ({ v }));

const orders = {
  Equals: (order: number) => order === 0,
  LessThan: (order: number) => order < 0,
  LessThanEquals: (order: number) => order <= 0,
  GreaterThan: (order: number) => order > 0,
  GreaterThanEquals: (order: number) => order >= 0,
};
const order = <T extends number | string>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The comparable of a type that the value is, by https://states-language.net/spec.html; undefined for another kind. */
const read = {
  String: (value: unknown) => (typeof value === "string" ? value : undefined),
  Numeric: (value: unknown) => (typeof value === "number" ? value : undefined),
  Timestamp: (value: unknown) =>
    typeof value === "string" && rfc3339.test(value) ? Date.parse(value) : undefined,
} as const;

/** Each operator that orders, of each type, with operands of that type. */
const operators = (
  [
    ["Numeric", [0, 5, 1]],
    ["String", ["", "5", "6"]],
    ["Timestamp", [noon, later]],
  ] as const
).flatMap(([type, operands]) =>
  Object.entries(orders).map(([name, holds]) => [`${type}${name}`, type, operands, holds] as const),
);

describe.each(operators)("%s", (operator, type, operands, holds) => {
  /** What the specification says of two values: nothing matches where one is of another type. */
  const expected = (a: unknown, b: unknown) => {
    const [left, right] = [read[type](a), read[type](b)];
    return left !== undefined && right !== undefined && holds(order(left, right));
  };

  it("of any value and one of its type", async () => {
    for (const operand of operands) {
      await expectEach({ Variable: "$.v", [operator]: operand }, each, ({ v }) => expected(v, operand));
    }
  });

  it("of any value and any that a path leads to", async () => {
    const pairs = values.flatMap((v) => values.map((w) => ({ v, w })));
    await expectEach({ Variable: "$.v", [`${operator}Path`]: "$.w" }, pairs, ({ v, w }) => expected(v, w));
  });

  it("of a value that is not there ends the execution, whatever the other one is", async () => {
    const runtime = { status: "FAILED", error: "States.Runtime" };
    expect(await matches({ Variable: "$.v", [operator]: operands[0] }, {})).toMatchObject(runtime);
    const rule = { Variable: "$.v", [`${operator}Path`]: "$.w" };
    for (const value of [null, operands[0]]) {
      expect(await matches(rule, { v: value })).toMatchObject(runtime);
      expect(await matches(rule, { w: value })).toMatchObject(runtime);
    }
  });
});

it.each([true, false])("BooleanEquals %s of any value, written or behind a path", async (operand) => {
  await expectEach({ Variable: "$.v", BooleanEquals: operand }, each, ({ v }) => v === operand);
  const pairs = values.map((w) => ({ v: operand, w }));
  await expectEach({ Variable: "$.v", BooleanEqualsPath: "$.w" }, pairs, ({ w }) => w === operand);
});

it.each<[string, (value: unknown) => boolean]>([
  ["IsNull", (value) => value === null],
  ["IsPresent", () => true],
  ["IsNumeric", (value) => typeof value === "number"],
  ["IsString", (value) => typeof value === "string"],
  ["IsBoolean", (value) => typeof value === "boolean"],
  ["IsTimestamp", (value) => read.Timestamp(value) !== undefined],
])("%s of any value", async (operator, expected) => {
  const rule = { Variable: "$.v", [operator]: true };
  await expectEach(rule, each, ({ v }) => expected(v));
  await expectEach({ Not: rule }, each, ({ v }) => !expected(v));
});

it("StringMatches matches no value but a text", async () => {
  await expectEach({ Variable: "$.v", StringMatches: "5" }, each, ({ v }) => v === "5");
});

describe("And, Or and Not", () => {
  const less = (path: string) => ({ Variable: path, NumericLessThan: 1 });

  it("see a comparison of another type as one that does not match", async () => {
    expect(await matches({ Not: less("$.v") }, { v: null })).toBe(true);
    expect(await matches({ And: [{ Not: less("$.v") }, less("$.w")] }, { v: "0", w: 0 })).toBe(true);
    expect(await matches({ Or: [less("$.v"), { And: [less("$.w")] }] }, { v: null, w: [] })).toBe(false);
  });

  it("read no further than they have to", async () => {
    expect(await matches({ And: [less("$.v"), less("$.missing")] }, { v: 5 })).toBe(false);
    expect(await matches({ Or: [less("$.v"), less("$.missing")] }, { v: 0 })).toBe(true);
  });
});
