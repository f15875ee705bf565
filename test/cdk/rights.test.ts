import type { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type BundleName, bundleNames } from "../../cdk/bundle.ts";
import { accessKinds } from "../../cdk/constructs/access-rights.ts";
import { functionNames } from "../../functions/footprints.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { federationKeys, helperKeys, keys } from "../../shared/layout.ts";
import { at, bucketArn, deployedRights, everybody, grantsOf, may, mayList } from "./deployed-rights.ts";
import { functionsRights } from "./promised-rights.ts";
import { functionOf, type Kind, keysOf, kinds, reach, runNames } from "./reach.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
let rights: Rights;
beforeAll(async () => {
  template = await synthesized({ door: true });
  rights = deployedRights(template);
});

const actionsOf = (name: BundleName) => grantsOf(rights, name).flatMap(({ actions }) => actions);
const conditional = { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" };
const unconditional = { "s3:ObjectCreationOperation": "true" };

test("the keys tried are all that there are", () => {
  expect(kinds).toEqual(
    [keys, federationKeys, helperKeys]
      .flatMap((some) => Object.keys(some))
      .filter((kind) => kind !== "runs")
      .sort(),
  );
});

test("every function has a role of its own", () => {
  expect(new Set(bundleNames.map((name) => functionOf(template, name).role)).size).toBe(bundleNames.length);
});

test("none but those who divide the data set or train may read an example, and the aggregator by no key", () => {
  const readers = bundleNames.filter((name) =>
    reach(rights, name, "s3:GetObject", "r").some((kind) => kind === "shard" || kind === "dataset"),
  );
  expect(readers).toEqual(["PrepareRun", "TrainClient", "TrainBaseline"]);
  fc.assert(
    fc.property(fc.string(), (rest) => {
      expect(may(rights, "AggregateRound", "s3:GetObject", `${bucketArn}/shards/${rest}`)).toBe(false);
    }),
  );
});

test("what a client sends, none but the aggregator may read, and the door; what it keeps, and what their noise comes from, none but the clients", () => {
  const readersOf = (kind: Kind) =>
    bundleNames.filter((name) => reach(rights, name, "s3:GetObject", "r").includes(kind));
  // the door looks whether it is there, and gives nobody an address to read it by
  expect(readersOf("update")).toEqual(["AggregateRound", "Door"]);
  expect(readersOf("clientState")).toEqual(["TrainClient"]);
  // who opens masks reads no update, and who reads updates opens no box; the door gives owners who help the addresses of boxes, which
  // are sealed for these
  expect(readersOf("boxes")).toEqual(["OpenSums", "Door"]);
  expect(readersOf("opened")).toEqual(["AggregateRound", "Door"]);
  expect(readersOf("simulatedKey")).toEqual(["TrainClient"]);
  expect(readersOf("noiseKey")).toEqual(["AggregateRound"]);
});

test("a job with its token, nobody but the door may read, and nobody list", () => {
  expect(everybody.filter((who) => reach(rights, who, "s3:GetObject", "r").includes("waitingJob"))).toEqual([
    "Door",
  ]);
  const slots = [federationKeys.waitingJob("clinics", ""), "doors/", "doors/clinics/"];
  expect(everybody.filter((who) => slots.some((slot) => mayList(rights, who, slot)))).toEqual([]);
});

describe.each(bundleNames)("%s", (name) => {
  test("reads and writes its own kinds of objects of any run, and no other; creates some, and changes none of them", () => {
    const { get, put, create = [] } = functionsRights[name];
    fc.assert(
      fc.property(runNames, (run) => {
        expect(reach(rights, name, "s3:GetObject", run)).toEqual([...get].sort());
        expect(reach(rights, name, "s3:PutObject", run, unconditional)).toEqual([...put].sort());
        const all = [...new Set([...put, ...create])].sort();
        expect(reach(rights, name, "s3:PutObject", run, conditional)).toEqual(all);
      }),
    );
  });

  test("may list just the keys that it may read, so that a missing one is no refusal; the door none", () => {
    const listed = Object.entries(keysOf("r")).filter(([, key]) => mayList(rights, name, key));
    const readable = name === "Door" ? [] : functionsRights[name].get;
    expect(listed.map(([kind]) => kind).sort()).toEqual([...readable].sort());
  });

  test("has no other rights than these and its own log group", () => {
    const ofSteps = ["s3:ListBucket", "xray:PutTelemetryRecords", "xray:PutTraceSegments"];
    const ofDoor = ["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"];
    expect([...new Set(actionsOf(name))].sort()).toEqual(
      [
        ...["logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:PutObject"],
        ...(name === "Door" ? ofDoor : ofSteps),
      ].sort(),
    );
    const resourcesOf = (service: RegExp) =>
      grantsOf(rights, name).flatMap(({ actions, resources }) =>
        actions.some((action) => service.test(action)) ? resources : [],
      );
    expect(resourcesOf(/^logs:/)).toEqual([at("logs", `log-group:/aws/lambda/fedstep-${name}:*`)]);
    const elsewhere = resourcesOf(/^s3:/).filter(
      (arn) => arn !== bucketArn && !arn.startsWith(`${bucketArn}/`),
    );
    expect(elsewhere).toEqual([]);
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
  const granted = grantsOf(rights, "Federation");
  const on = (pattern: RegExp) => granted.filter(({ actions }) => actions.some((one) => pattern.test(one)));
  const functions = functionNames.map((name) => at("lambda", `function:fedstep-${name}`));
  const [invoke, ...more] = on(/^lambda:/);
  expect(more).toEqual([]);
  expect(invoke?.actions).toEqual(["lambda:InvokeFunction"]);
  expect(invoke?.resources.toSorted()).toEqual(functions.sort());
  expect(on(/^states:/)).toEqual([
    { actions: ["states:StartExecution"], resources: [at("states", "stateMachine:fedstep")], conditions: [] },
  ]);
  const everywhere = granted.filter(({ resources }) => resources.includes("*"));
  expect(everywhere.flatMap(({ actions }) => actions).filter((a) => !/^(logs|xray):/.test(a))).toEqual([]);
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
  const ofLambda = bundleNames.map(() => lambda);
  const service = (statements: { Principal: { Service: string } }[]) => statements[0]?.Principal.Service;
  expect(trust.filter((one) => service(one) === "lambda.amazonaws.com")).toEqual(ofLambda);
  expect(trust.filter((one) => service(one) !== "lambda.amazonaws.com")).toEqual([states]);
});

test.each(everybody)("nothing is allowed to %s by an action with a wildcard", (who) => {
  const actions = grantsOf(rights, who).flatMap((granted) => granted.actions);
  expect(actions).not.toHaveLength(0);
  expect(actions.filter((action) => /[*?]/.test(action))).toEqual([]);
});
