import { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type AccessKind, accessKinds } from "../../cdk/constructs/access-rights.ts";
import { policyOutput } from "../../cdk/outputs.ts";
import { coordinatorAccount, localBucket, region } from "../../local/assembly/names.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { deployedPolicy } from "./deployed-policy.ts";
import { bucketArn, deployedRights, type Granted, grantsOf, keyArn, mayList } from "./deployed-rights.ts";
import { peoplesPlaces, peoplesRights } from "./promised-rights.ts";
import { federationKinds, keysOf, reach, runNames } from "./reach.ts";
import { synthesized, withStacks } from "./synthesized.ts";

const objectActions = {
  get: "s3:GetObject",
  put: "s3:PutObject",
  parts: "s3:ListMultipartUploadParts",
  delete: "s3:DeleteObject",
} as const;

let template: Template;
let rights: Rights;
beforeAll(async () => {
  template = await synthesized();
  rights = deployedRights(template);
});

const place = { region, account: coordinatorAccount, bucket: localBucket };

describe.each(accessKinds)("the policy for a %s", (kind) => {
  const resourcesOf = (action: string) =>
    grantsOf(rights, kind).flatMap(({ actions, resources }) => (actions.includes(action) ? resources : []));

  test("reaches its own kinds of objects of any run, in the stack's bucket alone", () => {
    // a part of an upload: what is written by one request, the bucket's own policy decides on too
    const context = { "s3:ObjectCreationOperation": "false" };
    fc.assert(
      fc.property(runNames, (run) => {
        for (const [of, action] of Object.entries(objectActions)) {
          const promised = peoplesRights[kind][of as keyof typeof objectActions];
          expect(reach(rights, kind, action, run, context), action).toEqual([...promised].sort());
        }
      }),
    );
    const arns = Object.values(objectActions).flatMap(resourcesOf);
    expect(arns.filter((arn) => !arn.startsWith(`${bucketArn}/`))).toEqual([]);
  });

  test("lists what a run keeps, and not the bucket as a whole", () => {
    expect(resourcesOf("s3:ListBucket")).toEqual([bucketArn]);
    const lists = (prefix: string) => mayList(rights, kind, prefix);
    expect(["runs/", "runs/r/", "runs", "", "datasets", "partition"].filter(lists)).toEqual([
      "runs/",
      "runs/r/",
    ]);
    fc.assert(
      fc.property(runNames, (run) => {
        const unlisted = Object.entries(keysOf(run)).filter(([, key]) => !lists(key));
        // who removes runs has nothing to do with federations; jobs for owners are nobody's but the door's, and of what
        // helpers have opened none but they learn
        const others = kind === "Remover" ? federationKinds : [];
        expect(unlisted.map(([of]) => of)).toEqual(["openedOnce", ...others, "waitingJob"]);
      }),
    );
  });

  test("allows nothing else, and no action with a wildcard", () => {
    const actions = grantsOf(rights, kind).flatMap((granted) => granted.actions);
    const ofObjects = Object.entries(objectActions).flatMap(([of, action]) =>
      peoplesRights[kind][of as keyof typeof objectActions].length > 0 ? [action] : [],
    );
    expect(actions.toSorted()).toEqual(
      [...Object.keys(peoplesPlaces[kind]), ...ofObjects, "s3:ListBucket"].sort(),
    );
    for (const [action, arn] of Object.entries(peoplesPlaces[kind])) {
      expect(resourcesOf(action), action).toEqual([arn]);
    }
  });

  test("is called after stack and region, and fits IAM where every name is as long as it can be", async () => {
    const stackName = "s".repeat(40);
    const farAway = { region: "ap-southeast-99", account: "1".repeat(12), bucket: "b".repeat(63) };
    const { name, statements } = deployedPolicy(await synthesized({ stackName }), kind, farAway);
    expect(name).toBe(`${stackName}-ap-southeast-99-${kind}`);
    expect(name.length).toBeLessThanOrEqual(128);
    // IAM's quota of a managed policy, white space left out
    expect(JSON.stringify({ Version: "2012-10-17", Statement: statements }).length).toBeLessThan(6144);
  });

  test("says what it is for, and is told by the stack", () => {
    const { id, description } = deployedPolicy(template, kind, place);
    expect(description).toMatch(/^[\x20-\x7e]{30,1000}$/);
    template.hasOutput(policyOutput(kind), { Value: { Ref: id } });
  });
});

const isOfKey = ({ actions }: Granted) => actions.some((action) => action.startsWith("kms:"));

describe.each([
  ["without the baseline", { baseline: false, monitoring: false, tracing: false }, undefined],
  ["with a key of its own", { encryptionKey: true }, keyArn],
  [
    "with a key from elsewhere",
    { encryptionKey: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  ],
  ["that leaves nothing", { removalPolicy: "destroy", versioned: true }, undefined],
])("a stack %s", (_what, context, expectedKey) => {
  test("brings the same policies, and what the key takes by way of S3 and for the bucket alone", async () => {
    const other = deployedRights(await synthesized(context));
    const uses: Record<AccessKind, string[]> = {
      Reader: ["kms:Decrypt"],
      Operator: ["kms:Decrypt", "kms:GenerateDataKey"],
      Remover: ["kms:Decrypt"],
    };
    const throughS3 = [
      ["kms:ViaService", `s3.${region}.amazonaws.com`],
      ["kms:EncryptionContext:aws:s3:arn", bucketArn],
    ].map(([key, value]) => ({ operator: "StringEquals", key, values: [value] }));
    for (const kind of accessKinds) {
      const granted = grantsOf(other, kind);
      expect(granted.filter((one) => !isOfKey(one))).toEqual(grantsOf(rights, kind));
      expect(granted.filter(isOfKey)).toEqual(
        expectedKey === undefined
          ? []
          : [{ actions: uses[kind], resources: [expectedKey], conditions: throughS3 }],
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
