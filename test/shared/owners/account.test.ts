import { describe, expect, it } from "vitest";
import { isOwners, placeSchema } from "../../../shared/client/place.ts";
import { updateKey } from "../../../shared/client/update-key.ts";
import { clientsKey, clientsModelsOf, keyMatches } from "../../../shared/layout.ts";
import { ownersAccount } from "../../../shared/owners/account.ts";
import { invokerRoleOf, machineRoleOf } from "../../../shared/owners/stack-names.ts";
import type { Plan } from "../../../shared/workflow/plan-record.ts";

const key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const place = placeSchema.parse({
  kind: "account",
  owner: "Seoul",
  key,
  account: "111122223333",
  stack: "clinic",
});
const plan = { run: "clinics.first", clients: [{ client: 0, place }, { client: 1 }] } as unknown as Plan;

describe("an owner in an account of its own", () => {
  it("sends below its account's number, where one statement of a policy lets each account write", () => {
    const sent = updateKey(plan, 0, 2, 1);
    expect(sent).toBe("updates/clinics.first/111122223333/00001/00002/00000.safetensors");
    const pattern = (account: string) => `updates/clinics.*/${account}/*`;
    expect(keyMatches(pattern("111122223333"), sent)).toBe(true);
    expect(keyMatches(pattern("444455556666"), sent)).toBe(false);
    expect(keyMatches(pattern("111122223333"), updateKey(plan, 1, 2, 1))).toBe(false);
  });

  it("leaves a key that says whose it is, as everybody's does, among all that the run's clients have sent", () => {
    const sent = updateKey(plan, 0, 2, 1);
    expect(clientsKey(sent)).toEqual({ attempt: 1, round: 2, client: 0 });
    expect(sent.startsWith(clientsModelsOf("clinics.first")[0])).toBe(true);
  });

  it("signs by its own key, as one that asks for its jobs does", () => {
    expect(isOwners(place)).toBe(true);
    expect(isOwners({ kind: "here" })).toBe(false);
  });

  it("has a stack whose roles have names that IAM takes, in the region of the longest name", () => {
    const { stack } = ownersAccount.parse({ account: "111122223333", stack: "s".repeat(40) });
    const longest = ["ap-southeast-2", "ap-northeast-3", "eu-isoe-west-1"];
    for (const region of longest) {
      expect(invokerRoleOf(stack, region).length).toBeLessThanOrEqual(64);
      expect(machineRoleOf(stack, region).length).toBeLessThanOrEqual(64);
    }
  });
});
