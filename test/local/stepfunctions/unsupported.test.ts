import { describe, expect, it } from "vitest";
import { loadWorkflow } from "../../../local/stepfunctions/program.ts";
import { arnOf } from "../lambda/toy-functions.ts";
import { execute, federationDefinition, outputOf, single } from "./toy-machine.ts";

const refusal = (definition: unknown): string => {
  try {
    loadWorkflow(definition);
    return "accepted";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};

const pass = { Type: "Pass", End: true };
const map = (fields: object = {}, item: object = pass, processor: object = {}) => ({
  Type: "Map",
  ItemProcessor: { StartAt: "Item", States: { Item: item }, ...processor },
  Resource: undefined,
  ...fields,
});
const choice = (rule: object) => ({
  StartAt: "Only",
  States: { Only: { Type: "Choice", Choices: [{ Next: "Done", ...rule }] }, Done: { Type: "Succeed" } },
});
const parallel = (inside: object, fields: object = {}) => ({
  StartAt: "Only",
  States: {
    Only: { Type: "Parallel", Branches: [{ StartAt: "In", States: { In: inside }, ...fields }], End: true },
  },
});
/** A Pass state of its own, without what `single` gives a Task. */
const only = (fields: object) => ({ StartAt: "Only", States: { Only: { ...pass, ...fields } } });
const waiting = (fields: object) =>
  single({
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Parameters: { FunctionName: "f", Payload: { "token.$": "$$.Task.Token" } },
    ...fields,
  });
const withMap = (...args: Parameters<typeof map>) => JSON.parse(JSON.stringify(single(map(...args))));

describe("a definition is refused by state and field for", () => {
  it.each<[string, object, string]>([
    ["JSONata", single({ QueryLanguage: "JSONata" }), "Only: QueryLanguage"],
    ["JSONata of the machine", { ...single({}), QueryLanguage: "JSONata" }, "the machine: QueryLanguage"],
    ["Assign", single({ Assign: { a: 1 } }), "Only: Assign"],
    ["Output", single({ Output: {} }), "Only: Output"],
    ["heartbeats that nobody can send", single({ HeartbeatSeconds: 5 }), "Only: HeartbeatSeconds"],
    [
      "heartbeats as rare as the end",
      waiting({ HeartbeatSeconds: 5, TimeoutSeconds: 5 }),
      "Only: HeartbeatSeconds",
    ],
    ["a timeout by no path", single({ TimeoutSecondsPath: "$..t" }), "Only: TimeoutSecondsPath"],
    ["two timeouts", single({ TimeoutSeconds: 1, TimeoutSecondsPath: "$.t" }), "Only: TimeoutSeconds"],
    [
      "TaskFailed beside a timeout by path",
      single({ TimeoutSecondsPath: "$.t", Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "Only" }] }),
      "Only: Catch[0].ErrorEquals",
    ],
    [
      "the token in a result",
      waiting({ ResultSelector: { "t.$": "$$.Task.Token" } }),
      "Only: ResultSelector",
    ],
    [
      "another execution's callback",
      single({ Resource: "arn:aws:states:::states:startExecution.waitForTaskToken" }),
      "Only: Resource",
    ],
    [
      "putObject's other parameters",
      single({
        Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
        Parameters: { Bucket: "b", Key: "k", Body: {}, ACL: "public-read" },
      }),
      "Only: Parameters.ACL",
    ],
    [
      "putObject of nothing",
      single({
        Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
        Parameters: { Bucket: "b", Key: "k" },
      }),
      "Only: Parameters",
    ],
    ["a job", single({ Resource: "arn:aws:states:::states:startExecution.sync" }), "Only: Resource"],
    ["another service", single({ Resource: "arn:aws:states:::aws-sdk:s3:putObject" }), "Only: Resource"],
    [
      "an activity",
      single({ Resource: "arn:aws:states:eu-central-1:000000000000:activity:a" }),
      "Only: Resource",
    ],
    [
      "lambda:invoke's other parameters",
      single({
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "f", InvocationType: "Event" },
      }),
      "Only: Parameters.InvocationType",
    ],
    [
      "another execution without a name",
      single({
        Resource: "arn:aws:states:::states:startExecution",
        Parameters: { "StateMachineArn.$": "$$.StateMachine.Id", Input: {} },
      }),
      "Only: Parameters",
    ],
    [
      "the end of another execution",
      single({ Resource: "arn:aws:states:::states:startExecution.sync:2" }),
      "Only: Resource",
    ],
    ["lambda:invoke of nothing", single({ Resource: "arn:aws:states:::lambda:invoke" }), "Only: Parameters"],
    ['ResultPath "$"', single({ ResultPath: "$" }), "Only: ResultPath"],
    ["ResultPath with an index", single({ ResultPath: "$.a[0]" }), "Only: ResultPath"],
    [
      'ResultPath "$" of a catcher',
      single({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only", ResultPath: "$" }] }),
      "Only: Catch[0].ResultPath",
    ],
    [
      "Assign of a catcher",
      single({ Catch: [{ ErrorEquals: ["A"], Next: "Only", Assign: {} }] }),
      "Only: Catch[0].Assign",
    ],
    [
      "a retry that never matches",
      single({ Retry: [{ ErrorEquals: ["States.DataLimitExceeded"] }] }),
      "Only: Retry[0].ErrorEquals",
    ],
    [
      "a Parallel's catch that never matches",
      only({
        Type: "Parallel",
        Branches: [],
        Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], Next: "Only" }],
      }),
      "Only: Catch[0].ErrorEquals",
    ],
    [
      "TaskFailed beside a timeout",
      single({ TimeoutSeconds: 1, Retry: [{ ErrorEquals: ["States.TaskFailed"] }] }),
      "Only: Retry[0].ErrorEquals",
    ],
    ["Result: 0", only({ Result: 0 }), "Only: Result"],
    ['Result: ""', only({ Result: "" }), "Only: Result"],
    ["Result: false", only({ Result: false }), "Only: Result"],
    ["$$.State", only({ Parameters: { "name.$": "$$.State.Name" } }), "Only: Parameters"],
    [
      "the time of a state that waits for nothing",
      single({ Parameters: { "at.$": "$$.State.EnteredTime" } }),
      "Only: Parameters",
    ],
    ["$$.Task.Token", single({ Parameters: { a: [{ "b.$": "$$.Task.Token" }] } }), "Only: Parameters"],
    ["$$ itself", only({ InputPath: "$$" }), "Only: InputPath"],
    ["a filter", only({ InputPath: "$.a[?(@.b == 1)]" }), "Only: InputPath"],
    ["a wildcard", only({ OutputPath: "$.a[*]" }), "Only: OutputPath"],
    ["a descent", only({ Parameters: { "a.$": "$..b" } }), "Only: Parameters"],
    ["an unknown function", only({ Parameters: { "a.$": "States.Nope($.a)" } }), "Only: Parameters"],
    [
      "a function that loses backslashes",
      only({ Parameters: { "a.$": "States.JsonToString($)" } }),
      "Only: Parameters",
    ],
    ["the input in a branch", parallel({ ...pass, InputPath: "$$.Execution.Input" }), "In: InputPath"],
    ["the item outside a Map", only({ InputPath: "$$.Map.Item.Value" }), "Only: InputPath"],
    [
      "the input in an iteration",
      withMap({}, { ...pass, Parameters: { "a.$": "$$.Execution.Input.a" } }),
      "Item: Parameters",
    ],
    [
      "the input in an ItemSelector",
      withMap({ ItemSelector: { "a.$": "$$.Execution.Input" } }),
      "Only: ItemSelector",
    ],
    ["a timeout of a branch", parallel(pass, { TimeoutSeconds: 1 }), "Only: TimeoutSeconds"],
    ["an ItemReader", withMap({ ItemReader: { Resource: "r" } }), "Only: ItemReader"],
    ["an ItemBatcher", withMap({ ItemBatcher: { MaxItemsPerBatch: 2 } }), "Only: ItemBatcher"],
    ["a ResultWriter", withMap({ ResultWriter: { Resource: "r" } }), "Only: ResultWriter"],
    ["tolerated failures", withMap({ ToleratedFailureCount: 1 }), "Only: ToleratedFailureCount"],
    ["tolerated percentages", withMap({ ToleratedFailurePercentage: 5 }), "Only: ToleratedFailurePercentage"],
    [
      "a distributed Map",
      withMap({}, pass, { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } }),
      "Only: ItemProcessor.ProcessorConfig.Mode",
    ],
    ["IsPresent: false", choice({ Variable: "$.a", IsPresent: false }), "Only: Choices[0].IsPresent"],
    [
      "IsNull: false in an And",
      choice({ And: [{ Variable: "$.a", IsNull: false }] }),
      "Only: Choices[0].And[0].IsNull",
    ],
    [
      "a pattern's other wildcards",
      choice({ Variable: "$.a", StringMatches: "log-?.txt" }),
      "Only: Choices[0].StringMatches",
    ],
    [
      "a wildcard, which meets line breaks on AWS",
      choice({ Variable: "$.a", StringMatches: "log-*.txt" }),
      "Only: Choices[0].StringMatches",
    ],
    [
      "a Next within a rule",
      choice({ Not: { Variable: "$.a", IsNull: true, Next: "Done" } }),
      "Only: Choices[0].Not.Next",
    ],
    [
      "a number that others round to",
      choice({ Variable: "$.a", NumericEquals: 2 ** 53 }),
      "Only: Choices[0].NumericEquals",
    ],
    ...["soon", "2026-03-01", "2026-03-01T12:00:00", "2026-02-29T12:00:00Z", "2026-03-01T12:00:00.0001Z"].map(
      (text): [string, object, string] => [
        `the time ${text}`,
        choice({ Variable: "$.a", TimestampLessThanEquals: text }),
        "Only: Choices[0].TimestampLessThanEquals",
      ],
    ),
    ["a Fail without a name", { StartAt: "Only", States: { Only: { Type: "Fail" } } }, "Only: Error"],
    ["a wait beyond timers", only({ Type: "Wait", Seconds: 99_999_999 }), "Only: Seconds"],
    [
      "one name for two states",
      parallel({ ...pass, Type: "Map", ItemProcessor: { StartAt: "Only", States: { Only: pass } } }),
      "Only: name",
    ],
  ])("%s", (_, definition, field) => {
    const message = refusal(definition);
    expect(message).toMatch(/^DefinitionUnsupported: /);
    expect(message).toContain(`\n${field}: `);
  });

  it("every field at once", () => {
    const message = refusal(single({ HeartbeatSeconds: 5, ResultPath: "$", Assign: {} }));
    expect(message.split("\n")).toHaveLength(4);
  });

  it.each<[string, unknown]>([
    ["no machine", 5],
    ["a state that is missing", { StartAt: "Gone", States: { Only: pass } }],
    ["a field of the wrong type", single({ TimeoutSeconds: "soon" })],
    ["no end", { StartAt: "Only", States: { Only: { Type: "Pass", Next: "Only" } } }],
  ])("being invalid: %s", (_, definition) => {
    expect(refusal(definition)).toMatch(/^DefinitionUnsupported: /);
  });
});

describe("a definition is accepted", () => {
  it("when it is fedstep's, and is left as it was", () => {
    const definition = federationDefinition();
    const before = structuredClone(definition);
    expect(refusal(definition)).toBe("accepted");
    expect(definition).toEqual(before);
  });

  it("with what the executor does get right", async () => {
    const definition = only({
      Parameters: {
        "text.$": "States.Format('{} of {}', $.list[1].name, States.ArrayLength($.list))",
        "parts.$": "States.StringSplit('a,b', ',')",
        "list.$": "States.Array($.list[0].name, 1, null)",
        "sum.$": "States.MathAdd($.one, -3)",
        "range.$": "States.ArrayRange(1, 5, 2)",
        "halves.$": "States.ArrayPartition(States.Array(1, 2, 3), 2)",
        "has.$": "States.ArrayContains(States.Array(1, 2), 2)",
        "second.$": "States.ArrayGetItem($.list, 1)",
        "run.$": "$$.Execution.Name",
        "input.$": "$$.Execution.Input.one",
        "quoted.$": "$['a b']",
        plain: "$.not a path",
      },
    });
    const input = { list: [{ name: "x" }, { name: "y" }], one: 1, "a b": true };
    expect(outputOf(await execute(definition, {}, input))).toEqual({
      text: "y of 2",
      parts: ["a", "b"],
      list: ["x", 1, null],
      sum: -2,
      range: [1, 3, 5],
      halves: [[1, 2], [3]],
      has: true,
      second: { name: "y" },
      run: "e",
      input: 1,
      quoted: true,
      plain: "$.not a path",
    });
    expect(
      refusal({ StartAt: "Only", States: { Only: { Type: "Task", Resource: arnOf("f"), End: true } } }),
    ).toBe("accepted");
  });
});
