import type { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { keys, runNamePattern } from "../../shared/layout.ts";
import { type FunctionName, functionNames } from "../../shared/workflow/functions.ts";
import { matches, type Statement, statementsOf } from "./statements.ts";
import { synthesized } from "./synthesized.ts";

type Kind = Exclude<keyof typeof keys, "runs">;

/** From the security table of the design, not from the code that grants. */
const allowed: Record<FunctionName, { get: Kind[]; put: Kind[] }> = {
  PrepareRun: {
    get: [
      ...(["dataset", "shard", "shardIndex", "config"] as const),
      ...(["plan", "global", "roundMetrics", "roundState", "clientState"] as const),
    ],
    put: [
      ...(["shard", "shardIndex", "plan", "partition", "global"] as const),
      ...(["roundMetrics", "roundState", "clientState"] as const),
    ],
  },
  TrainClient: {
    get: ["shard", "shardIndex", "plan", "global", "roundState", "clientState"],
    put: ["update", "clientState"],
  },
  AggregateRound: {
    get: ["plan", "global", "update", "roundState"],
    put: ["global", "roundState", "roundMetrics"],
  },
  TrainBaseline: {
    get: ["shard", "shardIndex", "plan", "global", "baselineCheckpoint", "baselineEpoch"],
    put: ["baselineCheckpoint", "baselineEpoch"],
  },
  FinishRun: {
    get: ["plan", "partition", "global", "roundMetrics", "baselineCheckpoint", "baselineEpoch"],
    put: ["model", "result", "report"],
  },
};

const digest = "0123456789abcdef".repeat(4);

/** One real key of every kind. */
const keysOf = (run: string): Record<Kind, string> => ({
  dataset: keys.dataset(digest),
  shard: keys.shard(digest, digest, 3),
  shardIndex: keys.shardIndex(digest, digest),
  config: keys.config(run),
  plan: keys.plan(run),
  partition: keys.partition(run),
  global: keys.global(run, 7),
  update: keys.update(run, 7, 3),
  roundState: keys.roundState(run, 7),
  clientState: keys.clientState(run, 7, 3),
  roundMetrics: keys.roundMetrics(run, 7),
  baselineCheckpoint: keys.baselineCheckpoint(run, 10),
  baselineEpoch: keys.baselineEpoch(run, 10),
  model: keys.model(run, "federated", "model.safetensors"),
  result: keys.result(run),
  report: keys.report(run),
});

/** Names that look like parts of keys are names like any other. */
const runNames = fc.oneof(
  fc.stringMatching(runNamePattern),
  fc.constantFrom(
    "shards",
    "datasets",
    "global",
    "rounds",
    "updates",
    "baseline",
    "models",
    "config.json",
    "runs",
  ),
);

let template: Template;
let bucket: string;
beforeAll(async () => {
  template = await synthesized();
  [bucket = ""] = Object.keys(template.findResources("AWS::S3::Bucket"));
});

function functionResource(name: FunctionName) {
  const found = Object.values(
    template.findResources("AWS::Lambda::Function", { Properties: { FunctionName: `fedstep-${name}` } }),
  );
  expect(found).toHaveLength(1);
  return found[0]?.Properties as {
    Role: { "Fn::GetAtt": [string] };
    LoggingConfig: { LogGroup: { Ref: string } };
  };
}

const roleOf = (name: FunctionName) => functionResource(name).Role["Fn::GetAtt"][0];

/** Kinds of keys of a run that the statements let the action touch. */
function reach(statements: Statement[], action: string, run: string): string[] {
  const patterns = statements
    .filter(({ Action }) => Action.includes(action))
    .flatMap(({ Resource }) => Resource)
    .filter(({ of }) => of === bucket)
    .map(({ suffix }) => suffix);
  return Object.entries(keysOf(run))
    .filter(([, key]) => patterns.some((pattern) => matches(pattern, `/${key}`)))
    .map(([kind]) => kind)
    .sort();
}

test("the keys tried are all that there are", () => {
  expect(Object.keys(keysOf("r")).sort()).toEqual(
    Object.keys(keys)
      .filter((kind) => kind !== "runs")
      .sort(),
  );
});

test("every function has a role of its own", () => {
  expect(new Set(functionNames.map(roleOf)).size).toBe(functionNames.length);
});

describe.each(functionNames)("%s", (name) => {
  test("reads and writes its own kinds of objects of any run, and no other", () => {
    const statements = statementsOf(template, roleOf(name));
    fc.assert(
      fc.property(runNames, (run) => {
        expect(reach(statements, "s3:GetObject", run)).toEqual([...allowed[name].get].sort());
        expect(reach(statements, "s3:PutObject", run)).toEqual([...allowed[name].put].sort());
      }),
    );
  });

  test("may list just the keys that it may read, so that a missing one is no refusal", () => {
    const lists = statementsOf(template, roleOf(name)).filter(({ Action }) =>
      Action.includes("s3:ListBucket"),
    );
    expect(lists).toHaveLength(1);
    const [list] = lists;
    expect(list?.Resource).toEqual([{ of: bucket, suffix: "" }]);
    const prefixes = list?.Condition?.StringLike["s3:prefix"] ?? [];
    const listed = Object.entries(keysOf("r")).filter(([, key]) =>
      prefixes.some((pattern) => matches(pattern, key)),
    );
    expect(listed.map(([kind]) => kind).sort()).toEqual([...allowed[name].get].sort());
  });

  test("has no other rights than these and its own log group", () => {
    const statements = statementsOf(template, roleOf(name));
    const actions = new Map(
      statements.flatMap(({ Action, Resource }) => Action.map((a) => [a, Resource] as const)),
    );
    expect([...actions.keys()].sort()).toEqual([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
    ]);
    const logs = [{ of: functionResource(name).LoggingConfig.LogGroup.Ref, suffix: "" }];
    expect(actions.get("logs:CreateLogStream")).toEqual(logs);
    expect(actions.get("logs:PutLogEvents")).toEqual(logs);
  });
});

test("roles have no managed or inline policies beside these", () => {
  for (const { Properties } of Object.values(template.findResources("AWS::IAM::Role"))) {
    expect(Properties).not.toHaveProperty("ManagedPolicyArns");
    expect(Properties).not.toHaveProperty("Policies");
  }
  for (const type of ["AWS::IAM::ManagedPolicy", "AWS::IAM::User", "AWS::IAM::Group"]) {
    template.resourceCountIs(type, 0);
  }
});

test("the state machine may invoke the five functions, without versions, start itself, and deliver logs and traces", () => {
  const [machine] = Object.values(template.findResources("AWS::StepFunctions::StateMachine"));
  const role = machine?.Properties.RoleArn["Fn::GetAtt"][0] as string;
  const statements = statementsOf(template, role);
  const invoke = statements.filter(({ Action }) => Action.includes("lambda:InvokeFunction"));
  const functions = Object.keys(template.findResources("AWS::Lambda::Function"));
  expect(invoke.map(({ Action }) => Action)).toEqual([["lambda:InvokeFunction"]]);
  expect(invoke[0]?.Resource).toHaveLength(5);
  expect(invoke[0]?.Resource).toEqual(expect.arrayContaining(functions.map((of) => ({ of, suffix: "" }))));
  const start = statements.filter(({ Action }) => Action.some((action) => action.startsWith("states:")));
  expect(start).toEqual([
    {
      Effect: "Allow",
      Action: ["states:StartExecution"],
      Resource: [{ of: ":states:", suffix: `:stateMachine:${machine?.Properties.StateMachineName}` }],
    },
  ]);
  const everywhere = statements.filter(({ Resource }) => Resource.some(({ of }) => of === "*"));
  expect(everywhere.flatMap(({ Action }) => Action).filter((a) => !/^(logs|xray):/.test(a))).toEqual([]);
});

test("nothing is allowed by an action with a wildcard", () => {
  for (const role of Object.keys(template.findResources("AWS::IAM::Role"))) {
    const actions = statementsOf(template, role).flatMap(({ Action }) => Action);
    expect(actions).not.toHaveLength(0);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  }
});

test("patterns match as IAM's do", () => {
  expect(matches("runs/*/config.json", "runs/a/b/config.json")).toBe(true);
  expect(matches("runs/*/config.json", "runs/a/configXjson")).toBe(false);
  expect(matches("shards/*", "datasets/shards/a")).toBe(false);
});
