import type { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { accessKinds } from "../../cdk/constructs/access-rights.ts";
import { functionNames } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { functionsRights } from "./promised-rights.ts";
import {
  functionOf,
  isConditional,
  type Kind,
  keysOf,
  kinds,
  reach,
  rightsOfRole,
  runNames,
} from "./reach.ts";
import { matches, statementsOf } from "./statements.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
let bucket: string;
beforeAll(async () => {
  template = await synthesized();
  [bucket = ""] = Object.keys(template.findResources("AWS::S3::Bucket"));
});

test("the keys tried are all that there are", () => {
  expect(kinds).toEqual(
    Object.keys(keys)
      .filter((kind) => kind !== "runs")
      .sort(),
  );
});

test("every function has a role of its own", () => {
  expect(new Set(functionNames.map((name) => functionOf(template, name).role)).size).toBe(
    functionNames.length,
  );
});

test("none but those who divide the data set or train may read an example, and the aggregator by no pattern", () => {
  const readers = functionNames.filter((name) =>
    reach(rightsOfRole(template, name), "s3:GetObject", "r").some(
      (kind) => kind === "shard" || kind === "dataset",
    ),
  );
  expect(readers).toEqual(["PrepareRun", "TrainClient", "TrainBaseline"]);
  const patterns = rightsOfRole(template, "AggregateRound").flatMap(({ Resource }) => Resource);
  fc.assert(
    fc.property(fc.string(), (rest) => {
      const shard = `/shards/${rest}`;
      expect(patterns.filter(({ of, suffix }) => of === bucket && matches(suffix, shard))).toEqual([]);
    }),
  );
});

test("what a client sends, none but the aggregator may read; what it keeps, none but the clients", () => {
  const readersOf = (kind: Kind) =>
    functionNames.filter((name) => reach(rightsOfRole(template, name), "s3:GetObject", "r").includes(kind));
  expect(readersOf("update")).toEqual(["AggregateRound"]);
  expect(readersOf("clientState")).toEqual(["TrainClient"]);
});

test("no function may delete, tag or list more than it reads, or touch anything but the bucket's objects", () => {
  for (const name of functionNames) {
    const actions = rightsOfRole(template, name).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^s3:(?!GetObject$|PutObject$|ListBucket$)/.test(action))).toEqual([]);
  }
});

describe.each(functionNames)("%s", (name) => {
  test("reads and writes its own kinds of objects of any run, and no other; creates some, and changes none of them", () => {
    const statements = rightsOfRole(template, name);
    const [creating, others] = [
      statements.filter(isConditional),
      statements.filter((one) => !isConditional(one)),
    ];
    fc.assert(
      fc.property(runNames, (run) => {
        expect(reach(statements, "s3:GetObject", run)).toEqual([...functionsRights[name].get].sort());
        expect(reach(others, "s3:PutObject", run)).toEqual([...functionsRights[name].put].sort());
        expect(reach(creating, "s3:PutObject", run)).toEqual(
          [...(functionsRights[name].create ?? [])].sort(),
        );
      }),
    );
    expect(creating.flatMap(({ Action }) => Action)).toEqual(creating.map(() => "s3:PutObject"));
  });

  test("may list just the keys that it may read, so that a missing one is no refusal", () => {
    const lists = rightsOfRole(template, name).filter(({ Action }) => Action.includes("s3:ListBucket"));
    expect(lists).toHaveLength(1);
    const [list] = lists;
    expect(list?.Resource).toEqual([{ of: bucket, suffix: "" }]);
    const prefixes = list?.Condition?.StringLike?.["s3:prefix"] ?? [];
    const listed = Object.entries(keysOf("r")).filter(([, key]) =>
      prefixes.some((pattern) => matches(pattern, key)),
    );
    expect(listed.map(([kind]) => kind).sort()).toEqual([...functionsRights[name].get].sort());
  });

  test("has no other rights than these and its own log group", () => {
    const statements = rightsOfRole(template, name);
    const actions = new Map(
      statements.flatMap(({ Action, Resource }) => Action.map((a) => [a, Resource] as const)),
    );
    expect([...actions.keys()].sort()).toEqual([
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
    const logs = [{ of: functionOf(template, name).logGroup, suffix: "" }];
    expect(actions.get("logs:CreateLogStream")).toEqual(logs);
    expect(actions.get("logs:PutLogEvents")).toEqual(logs);
    const onObjects = statements.filter(({ Action }) =>
      Action.some((one) => /^s3:(Get|Put)Object$/.test(one)),
    );
    expect(onObjects.flatMap(({ Resource }) => Resource).filter(({ of }) => of !== bucket)).toEqual([]);
  });
});

test("roles have no managed or inline policies beside these, and the only managed ones are people's", () => {
  for (const { Properties } of Object.values(template.findResources("AWS::IAM::Role"))) {
    expect(Properties).not.toHaveProperty("ManagedPolicyArns");
    expect(Properties).not.toHaveProperty("Policies");
  }
  for (const type of ["AWS::IAM::User", "AWS::IAM::Group"]) template.resourceCountIs(type, 0);
  const managed = Object.values(template.findResources("AWS::IAM::ManagedPolicy"));
  expect(managed).toHaveLength(accessKinds.length);
  // who gets them is decided outside of the stack
  for (const { Properties } of managed) {
    for (const attached of ["Roles", "Users", "Groups"]) expect(Properties).not.toHaveProperty(attached);
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

test("each role is taken by its own service, and the machine's for this account only", () => {
  const trust = Object.values(template.findResources("AWS::IAM::Role")).map(
    ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement,
  );
  const of = (service: string) => ({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Service: service },
  });
  const lambda = [of("lambda.amazonaws.com")];
  const states = [
    {
      ...of("states.amazonaws.com"),
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    },
  ];
  const ofLambda = functionNames.map(() => lambda);
  const service = (statements: { Principal: { Service: string } }[]) => statements[0]?.Principal.Service;
  expect(trust.filter((one) => service(one) === "lambda.amazonaws.com")).toEqual(ofLambda);
  expect(trust.filter((one) => service(one) !== "lambda.amazonaws.com")).toEqual([states]);
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
