// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are IAM's
import { describe, expect, test } from "vitest";
import { authorize, serviceMay } from "../../../local/iam/authorize.ts";
import type { Context } from "../../../local/iam/condition-keys.ts";
import { because } from "../../../local/iam/decision.ts";
import { administrator, type Identity } from "../../../local/iam/identity.ts";
import type { Policy } from "../../../local/iam/policy.ts";
import { noRights, type Rights } from "../../../local/iam/rights.ts";
import { elsewhere, type GivenStatement, here, policy, role, session } from "./policies.ts";

const bucket = "arn:aws:s3:::bucket";
const object = `${bucket}/runs/a/plan.json`;
const key = `arn:aws:kms:us-east-1:${here}:key/k`;
const get: GivenStatement = { Action: "s3:GetObject", Resource: `${bucket}/runs/*` };
const decrypt: GivenStatement = { Action: "kms:Decrypt", Resource: "*" };

interface Asked {
  readonly action?: string;
  readonly resource?: string;
  readonly resourceAccount?: string;
  readonly context?: Context;
}

/** Undefined where it is allowed, or why not, in AWS's words. */
function refusal(identity: Identity, rights: Partial<Rights>, asked: Asked = {}): string | undefined {
  const { action = "s3:GetObject", resource = object, resourceAccount = here, context = {} } = asked;
  const request = { identity, action, resource, resourceAccount, context };
  const decision = authorize({ ...noRights, ...rights }, request);
  return decision.allowed ? undefined : because(decision.reason, action);
}

const of = (arn: string, ...statements: GivenStatement[]): Partial<Rights> => ({
  resourcePolicies: new Map([[arn, policy("resource", ...statements)]]),
});
const identityPolicies = (...statements: GivenStatement[]): { policies: Policy[] } => ({
  policies: [policy("identity", ...statements)],
});
const noIdentity = "because no identity-based policy allows the s3:GetObject action";
const noResource = "because no resource-based policy allows the s3:GetObject action";

describe("within an account", () => {
  const reader = session(identityPolicies(get));

  test("an identity's policy allows what it names, and nothing else", () => {
    expect(refusal(reader, {})).toBeUndefined();
    expect(refusal(session(), {})).toBe(noIdentity);
    expect(refusal(reader, {}, { resource: `${bucket}/shards/a` })).toBe(noIdentity);
    expect(refusal(reader, {}, { action: "s3:PutObject" })).toMatch("s3:PutObject");
  });

  test("actions are compared without regard to case, and by wildcards", () => {
    for (const Action of ["s3:getobject", "s3:Get*", "s3:*", "*", ["s3:PutObject", "s3:GetObject"]]) {
      expect(refusal(session(identityPolicies({ ...get, Action })), {})).toBeUndefined();
    }
  });

  test("an explicit deny wins, wherever it stands", () => {
    const deny: GivenStatement = { ...get, Effect: "Deny" };
    const everybody = { ...deny, Principal: "*" };
    expect(refusal(session(identityPolicies(get, deny)), {})).toBe(
      "with an explicit deny in an identity-based policy",
    );
    expect(refusal(reader, of(bucket, everybody))).toBe("with an explicit deny in a resource-based policy");
    const boundary = policy("identity", get, deny);
    expect(refusal(session({ ...identityPolicies(get), boundary }), {})).toBe(
      "with an explicit deny in a permissions boundary",
    );
    const narrowed = session(identityPolicies(get), [policy("identity", get, deny)]);
    expect(refusal(narrowed, {})).toBe("with an explicit deny in a session policy");
    expect(refusal(administrator(here), of(bucket, everybody))).toBe(
      "with an explicit deny in a resource-based policy",
    );
    // of somebody else
    expect(refusal(reader, of(bucket, { ...deny, Principal: { AWS: elsewhere } }))).toBeUndefined();
  });

  test("a resource's policy allows a role that it names, without one of the role's own", () => {
    const granting = (Principal: unknown) => of(bucket, { ...get, Principal });
    expect(refusal(session(), granting({ AWS: role().arn }))).toBeUndefined();
    expect(refusal(session(), granting("*"))).toBeUndefined();
    expect(
      refusal(session(), granting({ AWS: `arn:aws:sts::${here}:assumed-role/Train/run` })),
    ).toBeUndefined();
    expect(refusal(session(), granting({ AWS: `arn:aws:sts::${here}:assumed-role/Train/other` }))).toBe(
      noIdentity,
    );
    expect(refusal(session(), granting({ AWS: `arn:aws:iam::${here}:role/Other` }))).toBe(noIdentity);
    expect(refusal(session(), granting({ Service: "lambda.amazonaws.com" }))).toBe(noIdentity);
  });

  test("a policy that names the account leaves it to the role's policies", () => {
    const granting = of(bucket, { ...get, Principal: { AWS: `arn:aws:iam::${here}:root` } });
    expect(refusal(session(), granting)).toBe(noIdentity);
    expect(refusal(reader, granting)).toBeUndefined();
  });

  test("an administrator may do all", () => {
    expect(refusal(administrator(here), {})).toBeUndefined();
    expect(
      refusal({ ...administrator(here), sessionPolicies: [policy("identity", get)] }, {}),
    ).toBeUndefined();
    expect(refusal({ ...administrator(here), sessionPolicies: [] }, {})).toBe(
      "because no session policy allows the s3:GetObject action",
    );
  });
});

describe("what limits a role", () => {
  const none = policy("identity", { Action: "s3:PutObject", Resource: "*" });
  const noBoundary = "because no permissions boundary allows the s3:GetObject action";
  const noSession = "because no session policy allows the s3:GetObject action";
  const bounded = session({ ...identityPolicies(get), boundary: none });
  const narrowed = session(identityPolicies(get), [none]);

  test("its boundary and its session's policies narrow its own", () => {
    expect(refusal(bounded, {})).toBe(noBoundary);
    expect(refusal(narrowed, {})).toBe(noSession);
    expect(refusal(session(identityPolicies(get), [none, policy("identity", get)]), {})).toBeUndefined();
    // they allow nothing by themselves
    expect(refusal(session({ boundary: policy("identity", get) }), {})).toBe(noIdentity);
  });

  test("they narrow a resource's grant to the role, and none to everybody or to the session", () => {
    const granting = (Principal: unknown) => of(bucket, { ...get, Principal });
    expect(refusal(bounded, granting({ AWS: role().arn }))).toBe(noBoundary);
    expect(refusal(narrowed, granting({ AWS: role().arn }))).toBe(noSession);
    for (const Principal of ["*", { AWS: `arn:aws:sts::${here}:assumed-role/Train/run` }]) {
      expect(refusal(bounded, granting(Principal))).toBeUndefined();
      expect(refusal(narrowed, granting(Principal))).toBeUndefined();
    }
  });
});

describe("across accounts", () => {
  const stranger = session({
    account: elsewhere,
    arn: `arn:aws:iam::${elsewhere}:role/Train`,
    ...identityPolicies(get),
  });
  const bare = session({ account: elsewhere, arn: `arn:aws:iam::${elsewhere}:role/Train` });

  test("both sides have to allow", () => {
    for (const AWS of [elsewhere, "*", `arn:aws:iam::${elsewhere}:role/Train`]) {
      const granting = of(bucket, { ...get, Principal: { AWS } });
      expect(refusal(stranger, granting)).toBeUndefined();
      expect(refusal(bare, granting)).toBe(noIdentity);
    }
    expect(refusal(stranger, {})).toBe(noResource);
    expect(refusal(administrator(elsewhere), {})).toBe(noResource);
    expect(
      refusal(administrator(elsewhere), of(bucket, { ...get, Principal: { AWS: elsewhere } })),
    ).toBeUndefined();
  });

  test("one statement gives each account a place of its own", () => {
    const Resource = `${bucket}/runs/\${aws:PrincipalAccount}/*`;
    const granting = of(bucket, { ...get, Resource, Principal: { AWS: [here, elsewhere] } });
    expect(refusal(stranger, granting, { resource: `${bucket}/runs/${elsewhere}/a` })).toBeUndefined();
    expect(refusal(stranger, granting, { resource: `${bucket}/runs/${here}/a` })).toBe(noResource);
  });
});

describe("keys and roles", () => {
  const user = session(identityPolicies(decrypt, { Action: "sts:AssumeRole", Resource: "*" }));
  const asked = { action: "kms:Decrypt", resource: key };

  test("a key is used by nobody whom its policy does not let in", () => {
    const root = { ...decrypt, Principal: { AWS: `arn:aws:iam::${here}:root` } };
    expect(refusal(user, {}, asked)).toBe("because no resource-based policy allows the kms:Decrypt action");
    expect(refusal(administrator(here), {}, asked)).toMatch("resource-based");
    expect(refusal(user, of(key, root), asked)).toBeUndefined();
    expect(refusal(session(), of(key, root), asked)).toMatch("no identity-based policy");
    expect(
      refusal(session(), of(key, { ...decrypt, Principal: { AWS: role().arn } }), asked),
    ).toBeUndefined();
  });

  test("a role is assumed by whom its trust policy names, with the external id that it asks for", () => {
    const arn = `arn:aws:iam::${elsewhere}:role/Owner`;
    const Condition = { StringEquals: { "sts:ExternalId": "machine" } };
    const trust = policy("trust", { Principal: { AWS: here }, Action: "sts:AssumeRole", Condition });
    const rights = { roles: new Map([[arn, role({ arn, account: elsewhere, trust })]]) };
    const assume = (context: Context) => ({
      action: "sts:AssumeRole",
      resource: arn,
      resourceAccount: elsewhere,
      context,
    });
    expect(refusal(user, rights, assume({ "sts:ExternalId": "machine" }))).toBeUndefined();
    const untrusted = "because no role trust policy allows the sts:AssumeRole action";
    expect(refusal(user, rights, assume({}))).toBe(untrusted);
    expect(refusal(user, rights, assume({ "sts:ExternalId": "other" }))).toBe(untrusted);
    expect(refusal(session(), rights, assume({ "sts:ExternalId": "machine" }))).toMatch(
      "no identity-based policy",
    );
  });

  test("services are let in by name, and by whose sake it is", () => {
    const Condition = { StringEquals: { "aws:SourceAccount": here } };
    const trust = policy("trust", {
      Principal: { Service: "states.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition,
    });
    const may = (service: string, account: string) =>
      serviceMay(trust, service, {
        action: "sts:AssumeRole",
        resource: role().arn,
        context: { "aws:SourceAccount": account },
      });
    expect(may("states.amazonaws.com", here)).toBe(true);
    expect(may("states.amazonaws.com", elsewhere)).toBe(false);
    expect(may("lambda.amazonaws.com", here)).toBe(false);
  });
});

test("what a statement says of who asks is true of who asks, whatever the request claims", () => {
  const Condition = {
    ArnEquals: { "aws:PrincipalArn": role().arn },
    StringEquals: { "aws:userid": "AROATRAIN:run" },
  };
  const granting = of(bucket, { ...get, Principal: "*", Condition });
  expect(refusal(session(), granting)).toBeUndefined();
  const other = session({ arn: `arn:aws:iam::${here}:role/Other` });
  expect(refusal(other, granting, { context: { "aws:PrincipalArn": role().arn } })).toBe(noIdentity);
});
