import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import { transientErrors } from "../../shared/errors.ts";
import { ownersJob } from "../../shared/owners/job.ts";
import { openingPayload } from "../../shared/owners/waiting-job.ts";
import { clientReport } from "../../shared/workflow/payloads.ts";
import { definitionText, parseDefinition, type State, statesOf } from "./definition.ts";
import { synthesized } from "./synthesized.ts";

const ownerAccounts = "clinics=111122223333/fedstep-owner";

let text: string;
let states: Map<string, State>;
beforeAll(async () => {
  text = definitionText(await synthesized({ ownerAccounts }));
  states = new Map(statesOf(parseDefinition(text)));
});

test("Amazon's language accepts it", () => {
  // CommonJS without types of its own
  const validate: unknown = createRequire(import.meta.url)("asl-validator");
  const verdict: unknown = (validate as (definition: unknown) => unknown)(JSON.parse(text));
  expect(verdict).toMatchObject({ isValid: true, errors: [] });
});

test("who has an account is asked there first; without a door, who would ask at one ends the run by name", () => {
  expect(states.get("IsOwner")).toMatchObject({
    Choices: [
      { Variable: "$.participant.account", IsPresent: true, Next: "TrainInAccount" },
      { Variable: "$.participant.owner", IsPresent: true, Next: "NoDoor" },
    ],
    Default: "TrainSimulated",
  });
  expect(states.has("WaitForOwner")).toBe(false);
  expect(states.get("NoDoor")).toMatchObject({ Type: "Fail", Error: "DoorUnavailable" });
});

test("behind masks likewise, by states of other names, and those who help are invoked in a Map of their own", async () => {
  const { Choices: [inAccount, atDoor] = [] } = Object(states.get("IsMaskedOwner"));
  expect([inAccount.Next, atDoor.Next]).toEqual(["TrainMaskedInAccount", "NoDoorToMasked"]);
  expect(states.get("NoDoorToMasked")).toEqual(states.get("NoDoor"));
  const renamed = JSON.stringify(states.get("TrainMaskedInAccount"))
    .replaceAll("MaskedAccountSilent", "AccountSilent")
    .replace(',"account.$":"$$.Map.Item.Value.account"', "");
  expect({ ...JSON.parse(renamed), Comment: "" }).toEqual({ ...states.get("TrainInAccount"), Comment: "" });
  expect(states.get("RoundWithMaskedOwners")?.Next).toBe("EachHelperInAccount");
  expect(states.get("EachHelperInAccount")).toMatchObject({
    ItemsPath: "$.federation.owners.helpersInAccounts",
    ResultPath: "$.federation.openedInAccounts",
    Next: "AggregateRound",
  });
  expect(states.has("EachOwnerHelper")).toBe(false);
  const both = definitionText(await synthesized({ ownerAccounts, door: true }));
  const withDoor = new Map(statesOf(parseDefinition(both)));
  expect(withDoor.get("EachHelperInAccount")?.Next).toBe("EachOwnerHelper");
});

test("a helper's function is invoked as any owner's is, with its job and what has been reported; nothing of its answer is read", () => {
  const { Parameters, ResultSelector, Catch, ...opening } = states.get("OpenInAccount") ?? { Type: "" };
  const training = states.get("TrainInAccount") ?? { Type: "none" };
  const { Resource, Credentials, Retry, TimeoutSecondsPath } = training;
  expect(opening).toMatchObject({ Resource, Credentials, Retry, TimeoutSecondsPath });
  const { FunctionName: _, Payload, ...others } = Object(Parameters);
  expect(others).toEqual({ "FunctionName.$": Object(training.Parameters)["FunctionName.$"] });
  expect(Object.keys(Payload)).toEqual(["job", "reports.$"]);
  const path = Object.entries(Payload.job).map(([field]) => field.replace(/\.\$$/, ""));
  expect(path.sort()).toEqual(Object.keys(openingPayload.shape.job.shape).sort());
  expect(ResultSelector).toEqual({ "helper.$": "$$.Map.Item.Value.helper", answered: true });
  expect(Catch).toEqual(
    Object(training.Catch).map((one: object) => ({ ...one, Next: "HelpersAccountSilent" })),
  );
  expect(states.get("HelpersAccountSilent")?.Parameters).toEqual({
    "helper.$": "$.participant.helper",
    error: { "Error.$": "$.error.Error" },
  });
});

test("the owner's function is invoked by the one role of its stack, with its job and nothing else, for the agreed time", () => {
  const state = states.get("TrainInAccount");
  const region = "AWS::Region";
  expect(state).toMatchObject({
    Resource: "arn:aws:states:::lambda:invoke",
    Credentials: {
      "RoleArn.$": `States.Format('arn:aws:iam::{}:role/{}-${region}-Invoker', $.participant.account, $.participant.stack)`,
    },
    TimeoutSecondsPath: "$.owners.timeoutSeconds",
  });
  const { Payload, ...others } = Object(state?.Parameters);
  expect(others).toEqual({
    "FunctionName.$": `States.Format('arn:aws:lambda:${region}:{}:function:{}-Train', $.participant.account, $.participant.stack)`,
  });
  expect(Object.keys(Payload).sort()).toEqual(
    Object.keys(ownersJob.shape)
      .map((field) => `${field}.$`)
      .sort(),
  );
});

test("with a door the same state stands beside the one that waits", async () => {
  const both = definitionText(await synthesized({ ownerAccounts, door: true }));
  const withDoor = new Map(statesOf(parseDefinition(both)));
  for (const name of ["TrainInAccount", "AccountSilent", "RoundWithOwners"]) {
    const { ItemProcessor: _, ...state } = withDoor.get(name) ?? { Type: "" };
    const { ItemProcessor: __, ...alone } = states.get(name) ?? { Type: "none" };
    expect(state).toEqual(alone);
  }
  expect(withDoor.has("WaitForOwner")).toBe(true);
  expect(withDoor.has("NoDoor")).toBe(false);
});

test("nothing of an answer is read, since a path that leads nowhere would end the run, and a long answer the round", () => {
  const ResultSelector = states.get("TrainInAccount")?.ResultSelector;
  const paths = Object.entries(Object(ResultSelector)).filter(([field]) => field.endsWith(".$"));
  expect(paths).toEqual([["client.$", "$$.Map.Item.Value.client"]]);
  expect(clientReport.parse({ client: 3, answered: true })).toEqual({ client: 3, answered: true });
  expect(ResultSelector).toMatchObject({ answered: true });
});

test("whatever fails there silences the owner, by the error's name and without its text", () => {
  const { Catch, Retry } = states.get("TrainInAccount") ?? {};
  expect(Catch).toEqual([
    { ErrorEquals: ["States.DataLimitExceeded"], ResultPath: "$.error", Next: "AccountSilent" },
    { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "AccountSilent" },
  ]);
  expect(states.get("AccountSilent")?.Parameters).toEqual({
    "client.$": "$.participant.client",
    error: { "Error.$": "$.error.Error" },
  });
  // one count for all errors, whose names the owner chooses
  expect(Retry).toHaveLength(1);
  const names = transientErrors.filter((name) => name !== "States.Timeout");
  expect(Retry?.[0]).toMatchObject({ ErrorEquals: names, MaxAttempts: 5 });
});
