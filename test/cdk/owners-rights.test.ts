import { beforeAll, describe, expect, test } from "vitest";
import { coordinatorAccount, region } from "../../local/assembly/names.ts";
import { authorize } from "../../local/iam/authorize.ts";
import { administrator } from "../../local/iam/identity.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import { machineRoleOf } from "../../shared/owners/stack-names.ts";
import { at, bucketArn, deployedRights, grantsOf } from "./deployed-rights.ts";
import { keysOf, sentFrom } from "./reach.ts";
import { written } from "./rights-probes.ts";
import { synthesized } from "./synthesized.ts";

const [clinic, hospital, trialist, stranger] = [
  "111122223333",
  "222233334444",
  "333344445555",
  "999999999999",
] as const;
const ownerAccounts = [
  `clinics=${clinic}/fedstep-owner`,
  `clinics=${hospital}/ward`,
  `trials=${trialist}/fedstep-owner`,
].join(",");

let rights: Rights;
beforeAll(async () => {
  rights = deployedRights(await synthesized({ encryptionKey: true, door: true, ownerAccounts }));
});

/** What an administrator of the account may: the most that anybody there may. */
function may(account: string, action: string, key: string, context = {}): boolean {
  return authorize(rights, {
    ...{ identity: administrator(account), action, context },
    ...{ resource: `${bucketArn}/${key}`, resourceAccount: coordinatorAccount },
  }).allowed;
}

const run = "clinics.first";

describe("whoever is of an owner's account", () => {
  test("reads what its federation's runs are trained by and the agreements, and nothing else of any kind", () => {
    const all = {
      ...keysOf(run),
      agreement: federationKeys.agreement("clinics", 2),
      ownUpdate: keys.update(run, 7, 3, 1, clinic),
      ownBoxes: keys.boxes(run, 7, 3, 1, clinic),
      ownOpened: keys.opened(run, 7, 2, 1, clinic),
    };
    const readable = Object.entries(all).filter(([, key]) => may(clinic, "s3:GetObject", key));
    expect(readable.map(([kind]) => kind).sort()).toEqual(
      ["agreement", "boxes", "global", "ownBoxes", "partition", "plan", "roundMetrics", "roundState"].sort(),
    );
  });

  test.each(["trials.first", "clinics", "clinics2.first", "other.clinics.first", "updates"])(
    "reads nothing of the run %s",
    (another) => {
      const found = Object.values(keysOf(another)).filter((key) => !key.startsWith("federations/"));
      expect(found.filter((key) => may(clinic, "s3:GetObject", key))).toEqual([]);
      expect(may(clinic, "s3:GetObject", federationKeys.agreement("trials", 1))).toBe(false);
    },
  );

  test("writes where nothing is below its own account's number, and nowhere else", () => {
    for (const own of sentFrom(run, clinic)) {
      expect(may(clinic, "s3:PutObject", own, written.conditional), own).toBe(true);
      expect(may(clinic, "s3:PutObject", own, written.plain), own).toBe(false);
      expect(may(clinic, "s3:PutObject", own, written.part), own).toBe(false);
    }
    const others = [
      ...[hospital, trialist, stranger, undefined].flatMap((account) => sentFrom(run, account)),
      ...sentFrom("trials.first", clinic),
      ...sentFrom("first", clinic),
      ...Object.values(keysOf(run)),
    ];
    expect(others.filter((key) => may(clinic, "s3:PutObject", key, written.conditional))).toEqual([]);
  });

  test("neither lists, deletes, tags nor takes an earlier version of anything, its own update included", () => {
    const tried = [...Object.values(keysOf(run)), ...sentFrom(run, clinic)];
    for (const action of [
      ...["s3:DeleteObject", "s3:GetObjectVersion", "s3:PutObjectTagging", "s3:PutObjectAcl"],
      ...["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    ]) {
      expect(tried.filter((key) => may(clinic, action, key))).toEqual([]);
    }
    const listed = authorize(rights, {
      ...{ identity: administrator(clinic), action: "s3:ListBucket", resource: bucketArn },
      ...{ resourceAccount: coordinatorAccount, context: { "s3:prefix": keys.plan(run) } },
    });
    expect(listed.allowed).toBe(false);
  });

  test("does the same in a second federation only where that names its account", () => {
    expect(may(trialist, "s3:GetObject", keys.plan("trials.first"))).toBe(true);
    expect(may(trialist, "s3:GetObject", keys.plan(run))).toBe(false);
  });
});

test("nobody of an account that no federation names may anything", () => {
  const tried = [...Object.values(keysOf(run)), ...sentFrom(run, stranger)];
  for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
    expect(tried.filter((key) => may(stranger, action, key, written.conditional))).toEqual([]);
  }
});

test("the key is used by owners' accounts for what comes by way of S3, and by nobody else", () => {
  const [key] = [...rights.resourcePolicies.keys()].filter((arn) => arn.includes(":key/"));
  const uses = (account: string, action: string, service: string) =>
    authorize(rights, {
      ...{ identity: administrator(account), action, resource: key ?? "" },
      ...{ resourceAccount: coordinatorAccount, context: { "kms:ViaService": service } },
    }).allowed;
  const s3 = `s3.${region}.amazonaws.com`;
  for (const account of [clinic, hospital, trialist]) {
    expect(uses(account, "kms:Decrypt", s3)).toBe(true);
    expect(uses(account, "kms:GenerateDataKey", s3)).toBe(true);
    expect(uses(account, "kms:Decrypt", `sns.${region}.amazonaws.com`)).toBe(false);
    expect(uses(account, "kms:ScheduleKeyDeletion", s3)).toBe(false);
  }
  expect(uses(stranger, "kms:Decrypt", s3)).toBe(false);
});

test("the state machine assumes the one role of each owner's stack, and its own role has the name that these know", async () => {
  const assumed = grantsOf(rights, "Federation").filter(({ actions }) => actions.includes("sts:AssumeRole"));
  expect(assumed).toEqual([
    {
      actions: ["sts:AssumeRole"],
      conditions: [],
      resources: [
        at("iam", `role/fedstep-owner-${region}-Invoker`, `:${clinic}`),
        at("iam", `role/ward-${region}-Invoker`, `:${hospital}`),
        at("iam", `role/fedstep-owner-${region}-Invoker`, `:${trialist}`),
      ],
    },
  ]);
  expect(
    rights.roles.has(at("iam", `role/${machineRoleOf("fedstep", region)}`, `:${coordinatorAccount}`)),
  ).toBe(true);
  const without = deployedRights(await synthesized({ door: true }));
  expect(grantsOf(without, "Federation").filter(({ actions }) => actions.includes("sts:AssumeRole"))).toEqual(
    [],
  );
});

test("no statement lets everybody in, so that the policy is no public one, nor asks for a tag", () => {
  const policy = rights.resourcePolicies.get(bucketArn);
  const allowing = policy?.statements.filter(({ effect }) => effect === "Allow") ?? [];
  expect(allowing.length).toBe(4);
  for (const { principals = [], conditions } of allowing) {
    expect(principals.every(({ kind }) => kind === "account")).toBe(true);
    expect(conditions.map(({ key }) => key).filter((key) => /tag/i.test(key))).toEqual([]);
  }
});
