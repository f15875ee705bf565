import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import type { Role } from "../../../local/iam/identity.ts";
import { noRights } from "../../../local/iam/rights.ts";
import { policy, role } from "../iam/policies.ts";

export const Bucket = "objects";
export const objectsBelow = (prefix: string) => `arn:aws:s3:::${Bucket}/${prefix}*`;
const readsRuns = policy("identity", { Action: "s3:GetObject", Resource: objectsBelow("runs/") });
const readsAll = policy("identity", {
  Action: ["s3:GetObject", "s3:PutObject"],
  Resource: objectsBelow(""),
});
export const readerArn = `arn:aws:iam::${account}:policy/Reader`;
/** Of another account. */
export const theirReaderArn = "arn:aws:iam::999999999999:policy/Reader";

export const arnOf = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const roleOf = (name: string, given: Partial<Role> = {}): [string, Role] => [
  arnOf(name),
  role({ account, arn: arnOf(name), id: `AROA${name.toUpperCase()}`, policies: [readsAll], ...given }),
];
const trusts = (condition?: object) =>
  policy("trust", {
    Principal: { AWS: account },
    Action: "sts:AssumeRole",
    ...(condition && { Condition: condition }),
  });

/** Roles that let somebody in, and a managed policy. */
export const rights = {
  ...noRights,
  roles: new Map([
    roleOf("Train", { trust: trusts() }),
    roleOf("Long", { trust: trusts(), maxSessionSeconds: 43_200 }),
    roleOf("Owner", { trust: trusts({ StringEquals: { "sts:ExternalId": "machine" } }) }),
    roleOf("Foreign", {
      trust: policy("trust", { Principal: { AWS: "999999999999" }, Action: "sts:AssumeRole" }),
    }),
    roleOf("Service", {
      trust: policy("trust", { Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
    }),
    // a chain takes the rights of who assumes, as the role's own account has to let it
    roleOf("Chained", {
      trust: trusts(),
      policies: [policy("identity", { Action: "sts:AssumeRole", Resource: arnOf("Long") })],
    }),
  ]),
  managedPolicies: new Map([
    [readerArn, readsRuns],
    [theirReaderArn, readsRuns],
  ]),
};
