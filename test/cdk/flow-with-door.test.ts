import { createRequire } from "node:module";
import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { clientErrors } from "../../shared/errors.ts";
import { refusalNames } from "../../shared/owners/refusals.ts";
import { definitionText, type Flow, parseDefinition, type State, statesOf } from "./definition.ts";
import { deployedRights, grantsOf } from "./deployed-rights.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
let text: string;
let without: Flow;
let states: Map<string, State>;
beforeAll(async () => {
  template = await synthesized({ door: "true" });
  text = definitionText(template);
  states = new Map(statesOf(parseDefinition(text)));
  without = parseDefinition(definitionText(await synthesized()));
});

const ofAccounts = ["TrainInAccount", "AccountSilent", "TrainMaskedInAccount", "MaskedAccountSilent"];
const ofOwners = [
  ...["RoundWithOwners", "IsOwner", "WaitForOwner", "TrainSimulated", "ParticipantSilent"],
  ...["RoundWithMaskedOwners", "IsMaskedOwner", "WaitForMaskedOwner", "TrainMaskedSimulated"],
  ...["MaskedParticipantSilent", "EachOwnerHelper", "WaitForOpening", "OwnerHelperSilent"],
  ...ofAccounts,
];

test("Amazon's language accepts it", () => {
  // CommonJS without types of its own
  const validate: unknown = createRequire(import.meta.url)("asl-validator");
  const verdict: unknown = (validate as (definition: unknown) => unknown)(JSON.parse(text));
  expect(verdict).toMatchObject({ isValid: true, errors: [] });
});

test("a door adds states of its own and two choices, and changes no other state", () => {
  const before = new Map(statesOf(without));
  before.delete("NoDoor");
  const added = [...states.keys()].filter((name) => !before.has(name));
  expect(added.sort()).toEqual([...ofOwners, "ContinueWithOwners"].sort());
  // Train holds the others
  for (const name of ["Train", "IsFederationDone", "IsRunDone"]) before.delete(name);
  for (const [name, state] of before) expect(states.get(name), name).toEqual(state);
  // asked in their order: a round without owners goes where it went
  const round = { Variable: "$.federation.stage", StringEquals: "round" };
  const owners = { Variable: "$.federation.owners", IsPresent: true };
  const masked = { Variable: "$.federation.sums", StringEquals: "masked" };
  expect(states.get("IsFederationDone")).toMatchObject({
    Choices: [
      { And: [round, owners, masked], Next: "RoundWithMaskedOwners" },
      { And: [round, owners], Next: "RoundWithOwners" },
      { And: [round, masked], Next: "RoundWithMasks" },
      { ...round, Next: "Round" },
    ],
    Default: "FederationDone",
  });
});

test("an owner is waited for by its token, for the agreed times, and is silent by any name that it may refuse by", () => {
  expect(states.get("WaitForOwner")).toMatchObject({
    Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
    HeartbeatSecondsPath: "$.owners.heartbeatSeconds",
    TimeoutSecondsPath: "$.owners.timeoutSeconds",
    Retry: [{ ErrorEquals: ["S3.S3Exception", "S3.SdkClientException"], MaxAttempts: 3 }],
    Catch: [
      {
        ErrorEquals: [
          ...["States.Timeout", "States.HeartbeatTimeout", "S3.S3Exception", "S3.SdkClientException"],
          ...refusalNames,
        ],
        Next: "ParticipantSilent",
        ResultPath: "$.error",
      },
    ],
  });
  expect(states.get("ParticipantSilent")?.Parameters).toEqual({
    "client.$": "$.participant.client",
    "error.$": "$.error",
  });
});

test("a round of masked owners is one of owners by other names, and three of them are left the job to open its sums", () => {
  const renamed = (name: string) => JSON.stringify(states.get(name));
  expect(renamed("WaitForMaskedOwner")).toBe(
    renamed("WaitForOwner").replace("ParticipantSilent", "MaskedParticipantSilent"),
  );
  expect(renamed("TrainMaskedSimulated")).toBe(
    renamed("TrainSimulated").replace("ParticipantSilent", "MaskedParticipantSilent"),
  );
  expect(states.get("RoundWithMaskedOwners")).toMatchObject({
    ItemsPath: "$.federation.participants",
    ResultPath: "$.reports",
    Next: "EachOwnerHelper",
  });
  expect(states.get("EachOwnerHelper")).toMatchObject({
    ItemsPath: "$.federation.owners.helpers",
    ResultPath: "$.federation.opened",
    Next: "AggregateRound",
  });
  const opening = states.get("WaitForOpening");
  expect(opening).toMatchObject({
    Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
    HeartbeatSecondsPath: "$.owners.heartbeatSeconds",
    TimeoutSecondsPath: "$.owners.timeoutSeconds",
    Parameters: {
      Body: {
        "updateBytes.$": "$.owners.openingBytes",
        "reports.$": "$.reports",
        job: { task: "open", "helper.$": "$.participant.helper", "ended.$": "$.ended" },
      },
    },
    Catch: [{ Next: "OwnerHelperSilent", ResultPath: "$.error" }],
  });
  expect(opening?.Catch?.[0]?.ErrorEquals).toEqual(
    expect.arrayContaining([...refusalNames, "States.Timeout"]),
  );
});

test("a simulated client beside owners gets the payload of any other, and is silent by the same names", () => {
  const [beside, other] = [states.get("TrainSimulated"), states.get("TrainClient")];
  const fieldsOf = (template: unknown) => Object.keys(Object(template)).sort();
  expect(fieldsOf(beside?.Parameters)).toEqual(fieldsOf(states.get("Round")?.ItemSelector));
  expect(beside?.Catch).toEqual([
    { ErrorEquals: [...clientErrors], ResultPath: "$.error", Next: "ParticipantSilent" },
  ]);
  expect(beside?.Resource).toBe(other?.Resource);
});

test("without a door an execution that goes on with owners ends by name", () => {
  const states = new Map(statesOf(without));
  expect(states.get("NoDoor")).toMatchObject({
    Type: "Fail",
    Error: "DoorUnavailable",
    Cause: expect.stringContaining("-c door=true"),
  });
  expect([...states.keys()].filter((name) => ofOwners.includes(name))).toEqual([]);
});

test("the state machine may leave jobs where a door is, and nowhere else", async () => {
  const puts = (one: Template) =>
    grantsOf(deployedRights(one), "Federation").filter(({ actions }) => actions.includes("s3:PutObject"));
  expect(puts(await synthesized())).toEqual([]);
  expect(puts(template)).toEqual([
    { actions: ["s3:PutObject"], resources: [expect.stringMatching(/\/doors\/\*$/)], conditions: [] },
  ]);
});
