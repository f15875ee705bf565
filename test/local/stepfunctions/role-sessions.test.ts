import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { AccessControl } from "../../../local/iam/access-control.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { roleSession } from "../../../local/iam/identity.ts";
import { noRights } from "../../../local/iam/rights.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { lambdaInvoker } from "../../../local/stepfunctions/lambda-invoker.ts";
import { RoleSessions } from "../../../local/stepfunctions/role-sessions.ts";
import { SignedClient } from "../../../local/stepfunctions/signed-client.ts";
import { type LocalSts, openSts } from "../../../local/sts/sts.ts";
import { policy, role } from "../iam/policies.ts";
import { machineArn, noServices } from "./toy-machine.ts";

const own = "arn:aws:iam::000000000000:role/Federation";
const invokeRole = "arn:aws:iam::111122223333:role/Invoke";
const machine = { arn: machineArn, name: "f".repeat(80), roleArn: own };
const trust = policy("trust", {
  Principal: { AWS: "000000000000" },
  Action: "sts:AssumeRole",
  Condition: { StringEquals: { "sts:ExternalId": machineArn, "sts:RoleSessionName": "f".repeat(64) } },
});
const assumes = policy("identity", { Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/Invoke*" });
const federation = role({ account: "000000000000", arn: own, policies: [assumes] });
const rights = {
  ...noRights,
  roles: new Map([
    [own, federation],
    [invokeRole, role({ account: "111122223333", arn: invokeRole, trust })],
  ]),
};

let now = Date.now();
let asked = 0;
let endpoint: LocalEndpoint;
let sts: LocalSts;
let sessions: RoleSessions;
let client: SignedClient;
const keys = new CredentialStore(() => now);
beforeAll(async () => {
  const authenticator = new SignatureVerifier(keys);
  const access = new AccessControl({ decided: () => void asked++ });
  access.enforce(rights);
  sts = await openSts({ authenticator, access, rights, keys });
  endpoint = await startEndpoint(0);
  endpoint.serve("sts", sts.handle);
  client = new SignedClient(endpoint.url, keys.renewed(roleSession(federation, "f")));
});
afterAll(async () => {
  client.close();
  await sts.close();
  await endpoint.close();
});
beforeEach(() => {
  asked = 0;
  const servicesOf = (signed: SignedClient) => ({ ...noServices, invoke: lambdaInvoker(signed) });
  sessions = new RoleSessions(client, machine, servicesOf, () => now);
});

describe("a session", () => {
  test("is opened once, for however many tasks at once", async () => {
    const [first, ...others] = await Promise.all(Array.from({ length: 40 }, () => sessions.as(invokeRole)));
    expect(others.every((one) => one === first)).toBe(true);
    expect(asked).toBe(1);
  });

  test("is opened anew before it ends, and once then too", async () => {
    const first = await sessions.as(invokeRole);
    now += 54 * 60_000;
    expect(await sessions.as(invokeRole)).toBe(first);
    now += 2 * 60_000;
    const [second, third] = await Promise.all([sessions.as(invokeRole), sessions.as(invokeRole)]);
    now = Date.now();
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    expect(asked).toBe(2);
  });

  test("that is refused is asked for again, and says so in AWS's words", async () => {
    const other = `${invokeRole}Other`;
    const refusal = {
      name: "States.TaskFailed",
      message: `The role ${own} is not authorized to assume the task state's role, ${other}.`,
      isRetryable: true,
      isCatchable: true,
    };
    await expect(sessions.as(other)).rejects.toMatchObject(refusal);
    await expect(sessions.as(other)).rejects.toMatchObject(refusal);
    expect(asked).toBe(2);
  });

  test("that STS takes for no session at all fails by what it says", async () => {
    const named = new RoleSessions(client, { ...machine, name: "a/b" }, () => noServices);
    await expect(named.as(invokeRole)).rejects.toMatchObject({
      name: "States.TaskFailed",
      message: expect.stringContaining("RoleSessionName"),
    });
  });
});
