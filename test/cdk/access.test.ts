import { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type AccessKind, accessKinds } from "../../cdk/constructs/access-rights.ts";
import { policyOutput } from "../../cdk/outputs.ts";
import { deployedPolicy } from "./deployed-policy.ts";
import { peoplesPlaces, peoplesRights } from "./promised-rights.ts";
import { keysOf, reach, runNames } from "./reach.ts";
import { accessPolicy, matches, type Statement, statementsOfAccess } from "./statements.ts";
import { synthesized, withStacks } from "./synthesized.ts";

const objectActions = {
  get: "s3:GetObject",
  put: "s3:PutObject",
  parts: "s3:ListMultipartUploadParts",
  delete: "s3:DeleteObject",
} as const;

let template: Template;
let bucket: string;
beforeAll(async () => {
  template = await synthesized();
  [bucket = ""] = Object.keys(template.findResources("AWS::S3::Bucket"));
});

describe.each(accessKinds)("the policy for a %s", (kind) => {
  const granted = (action: string) =>
    statementsOfAccess(template, kind).filter(({ Action }) => Action.includes(action));

  test("reaches its own kinds of objects of any run, in the stack's bucket alone", () => {
    const statements = statementsOfAccess(template, kind);
    fc.assert(
      fc.property(runNames, (run) => {
        for (const [of, action] of Object.entries(objectActions)) {
          const kinds = peoplesRights[kind][of as keyof typeof objectActions];
          expect(reach(statements, action, run), action).toEqual([...kinds].sort());
        }
      }),
    );
    for (const action of Object.values(objectActions)) {
      const resources = granted(action).flatMap(({ Resource }) => Resource);
      expect(resources.filter(({ of, suffix }) => of !== bucket || !suffix.startsWith("/"))).toEqual([]);
    }
  });

  test("lists what a run keeps, and not the bucket as a whole", () => {
    const [list, ...others] = granted("s3:ListBucket");
    expect(others).toEqual([]);
    expect(list?.Resource).toEqual([{ of: bucket, suffix: "" }]);
    const patterns = list?.Condition?.StringLike?.["s3:prefix"] ?? [];
    const lists = (prefix: string) => patterns.some((pattern) => matches(pattern, prefix));
    expect(["runs/", "runs/r/", "runs", "", "datasets", "partition"].filter(lists)).toEqual([
      "runs/",
      "runs/r/",
    ]);
    fc.assert(
      fc.property(runNames, (run) => {
        expect(Object.entries(keysOf(run)).filter(([, key]) => !lists(key))).toEqual([]);
      }),
    );
  });

  test("allows nothing else, and no action with a wildcard", () => {
    const actions = statementsOfAccess(template, kind).flatMap(({ Action }) => Action);
    const ofObjects = Object.entries(objectActions).flatMap(([of, action]) =>
      peoplesRights[kind][of as keyof typeof objectActions].length > 0 ? [action] : [],
    );
    expect(actions.toSorted()).toEqual(
      [...Object.keys(peoplesPlaces[kind]), ...ofObjects, "s3:ListBucket"].sort(),
    );
    for (const [action, place] of Object.entries(peoplesPlaces[kind])) {
      const resource = place === "the bucket" ? { of: bucket, suffix: "" } : place;
      expect(
        granted(action).flatMap(({ Resource }) => Resource),
        action,
      ).toEqual([resource]);
    }
  });

  test("is called after stack and region, and fits IAM where every name is as long as it can be", async () => {
    const stackName = "s".repeat(40);
    const place = { region: "ap-southeast-99", account: "1".repeat(12), bucket: "b".repeat(63) };
    const { name, statements } = deployedPolicy(await synthesized({ stackName }), kind, place);
    expect(name).toBe(`${stackName}-ap-southeast-99-${kind}`);
    expect(name.length).toBeLessThanOrEqual(128);
    // IAM's quota of a managed policy, white space left out
    expect(JSON.stringify({ Version: "2012-10-17", Statement: statements }).length).toBeLessThan(6144);
  });

  test("says what it is for, and is told by the stack", () => {
    expect(accessPolicy(template, kind).Description).toMatch(/^[\x20-\x7e]{30,1000}$/);
    const [id] = Object.entries(template.findResources("AWS::IAM::ManagedPolicy")).flatMap(
      ([id, { Properties }]) => (JSON.stringify(Properties.ManagedPolicyName).includes(kind) ? [id] : []),
    );
    template.hasOutput(policyOutput(kind), { Value: { Ref: id } });
  });
});

const withoutKey = (statements: readonly Statement[]) =>
  statements.filter(({ Action }) => !Action.some((action) => action.startsWith("kms:")));

describe.each([
  ["without the baseline", { baseline: false, monitoring: false, tracing: false }, undefined],
  ["with a key of its own", { encryptionKey: true }, "its own"],
  [
    "with a key from elsewhere",
    { encryptionKey: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  ],
  ["that leaves nothing", { removalPolicy: "destroy", versioned: true }, undefined],
])("a stack %s", (_what, context, expectedKey) => {
  test("brings the same policies, and what the key takes by way of S3 and for the bucket alone", async () => {
    const other = await synthesized(context);
    const [ownKey = ""] = Object.keys(other.findResources("AWS::KMS::Key"));
    const uses: Record<AccessKind, string[]> = {
      Reader: ["kms:Decrypt"],
      Operator: ["kms:Decrypt", "kms:GenerateDataKey"],
      Remover: ["kms:Decrypt"],
    };
    for (const kind of accessKinds) {
      const statements = statementsOfAccess(other, kind);
      expect(withoutKey(statements)).toEqual(withoutKey(statementsOfAccess(template, kind)));
      const ofKey = statements.filter((statement) => !withoutKey([statement]).length);
      const key = { of: expectedKey === "its own" ? ownKey : expectedKey, suffix: "" };
      const StringEquals = {
        "kms:ViaService": { "Fn::Join": ["", ["s3.", { Ref: "AWS::Region" }, ".amazonaws.com"]] },
        "kms:EncryptionContext:aws:s3:arn": { "Fn::GetAtt": [bucket, "Arn"] },
      };
      expect(ofKey).toEqual(
        expectedKey === undefined
          ? []
          : [{ Effect: "Allow", Action: uses[kind], Resource: [key], Condition: { StringEquals } }],
      );
    }
  });
});

test("stacks of one account, in one region or in two, share no policy", async () => {
  const templates = await withStacks([{}, { stackName: "hospital-2" }], (stacks) =>
    stacks.map((stack) => Template.fromStack(stack)),
  );
  const names = templates.flatMap((one) =>
    ["eu-central-1", "us-east-1"].flatMap((region) =>
      accessKinds.map(
        (kind) => deployedPolicy(one, kind, { region, account: "1".repeat(12), bucket: "b" }).name,
      ),
    ),
  );
  expect(new Set(names).size).toBe(12);
});
