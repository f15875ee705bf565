import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ownerParameters } from "../../../cdk/outputs.ts";
import { invitationOf, invitationText } from "../../../cli/federation/invite.ts";
import { fedstep } from "../terminal.ts";

const outputs = {
  stackName: "hospital-2",
  bucket: "a-bucket",
  stateMachineArn: "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:hospital-2",
  deployment: undefined,
  version: undefined,
  doorUrl: undefined,
  keyId: undefined,
};

test("an invitation has each parameter of an owner's stack that the coordinator knows", () => {
  const { parameters, region, partition } = invitationOf("clinics", outputs);
  expect({ region, partition }).toEqual({ region: "us-gov-west-1", partition: "aws-us-gov" });
  expect(parameters).toEqual({
    Federation: "clinics",
    CoordinatorAccount: "123456789012",
    CoordinatorStack: "hospital-2",
    CoordinatorBucket: "a-bucket",
  });
  const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
  const withKey = invitationOf("clinics", { ...outputs, keyId }).parameters;
  expect(withKey.CoordinatorKey).toBe(keyId);
  // the owner's own are its name and where its data are
  const { ownerName, dataKey, ...known } = ownerParameters;
  expect(Object.keys(withKey).sort()).toEqual(Object.values(known).sort());
  expect([ownerName, dataKey]).toEqual(["OwnerName", "DataKey"]);
});

test("it names what the package ships, where the owners' document has it, and a request that the command takes", () => {
  const text = invitationText(invitationOf("clinics", outputs));
  const document = readFileSync("docs/owners.md", "utf8");
  for (const file of ["function.zip", "template.json"]) {
    const path = `node_modules/fedstep/dist/owner-stack/${file}`;
    expect(text).toContain(path);
    expect(document).toContain(path);
  }
  expect(text).toContain(
    "owner request --stack fedstep-owner --federation clinics --label COLUMN --out request.json",
  );
});

test("there is none of a local run, which is no place that an owner's stack could name", async () => {
  const answer = await fedstep(["federation", "invite", "clinics"]);
  expect(answer).toMatchObject({ code: 2, said: expect.stringMatching(/--target: .*--target aws/) });
});
