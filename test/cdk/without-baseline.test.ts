import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { outputNames } from "../../cdk/outputs.ts";
import { deploymentSchema } from "../../cloud/deployment.ts";
import { deployedFunctions, functionNames } from "../../functions/footprints.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { definitionText, parseDefinition, statesOf } from "./definition.ts";
import { at, deployedRights, grantsOf } from "./deployed-rights.ts";
import { kinds, reach } from "./reach.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesized({ baseline: "false" });
});

/** A write where nothing is: of the keys that a role may write to, that reaches all. */
const created = { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" };
const others = deployedFunctions({ baseline: false });

test("there is no function, role, log group or state of the baseline", () => {
  expect(functionNames.filter((name) => !others.includes(name))).toEqual(["TrainBaseline"]);
  template.resourceCountIs("AWS::Lambda::Function", 5);
  template.resourceCountIs("AWS::IAM::Role", 5 + 1);
  template.resourceCountIs("AWS::Logs::LogGroup", 5 + 1);
  const { Resources } = template.toJSON();
  expect(Object.keys(Resources).filter((id) => id.includes("TrainBaseline"))).toEqual([]);
  // but for the limits that it would have, in what the stack says of itself
  const { deployment } = outputNames;
  const said: string = template.toJSON().Outputs[deployment].Value;
  expect(deploymentSchema(functionNames).parse(JSON.parse(said)).baseline).toBe(false);
  const quoted = JSON.stringify(said);
  expect(JSON.stringify(template.toJSON()).replaceAll(quoted, '""')).not.toContain("TrainBaseline");
});

test("of those that remain none may read or write what a baseline leaves, and only the client trains on shards", () => {
  const rights = deployedRights(template);
  for (const name of others) {
    for (const action of ["s3:GetObject", "s3:PutObject"]) {
      expect(
        reach(rights, name, action, "r", created).filter((kind) => kind.startsWith("baseline")),
        name,
      ).toEqual([]);
    }
  }
  const readers = others.filter((name) => reach(rights, name, "s3:GetObject", "r").includes("shard"));
  expect(readers).toEqual(["PrepareRun", "TrainClient"]);
});

test("all other rights are those of a stack with a baseline", async () => {
  const [bare, full] = [deployedRights(template), deployedRights(await synthesized())];
  const notBaseline = kinds.filter((kind) => !kind.startsWith("baseline"));
  for (const name of others) {
    for (const action of ["s3:GetObject", "s3:PutObject"]) {
      const reached = (of: Rights) =>
        reach(of, name, action, "r", created).filter((kind) => notBaseline.includes(kind));
      expect(reached(bare), name).toEqual(reached(full));
    }
  }
});

test("the state machine may invoke the other four", () => {
  const invoked = grantsOf(deployedRights(template), "Federation").flatMap(({ actions, resources }) =>
    actions.includes("lambda:InvokeFunction") ? resources : [],
  );
  expect(invoked.toSorted()).toEqual(others.map((name) => at("lambda", `function:fedstep-${name}`)).sort());
});

test("a run that asks for a baseline ends by name, and says what to change", () => {
  const states = new Map(statesOf(parseDefinition(definitionText(template))));
  expect(states.get("IsBaselineDone")).toMatchObject({ Default: "NoBaseline" });
  expect(states.get("NoBaseline")).toMatchObject({
    Type: "Fail",
    Error: "BaselineUnavailable",
    Cause: expect.stringContaining("baseline.enabled=false"),
  });
});
