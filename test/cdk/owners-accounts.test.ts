import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployedText } from "../../cdk/constructs/policy-size.ts";
import { withOwnersAccounts } from "../../cdk/owners-accounts.ts";
import { deploymentOf, parseSettings } from "../../cdk/settings.ts";
import { synthesized } from "./synthesized.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fedstep-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const named = (value: unknown) => writeFileSync(join(folder, "federation.json"), JSON.stringify(value));
const [first, second] = ["111122223333", "222233334444"] as const;
const owner = (account: string, stack = "fedstep-owner") => ({ account, stack });

describe("the folder's federation.json", () => {
  test("names the accounts of this stack's federations, in one order", () => {
    const fedstep = { trials: [owner(second)], clinics: [owner(second, "ward"), owner(first)] };
    named({ format: 1, stacks: { fedstep, other: { clinics: [owner("333344445555")] } } });
    expect(withOwnersAccounts({ door: true }, folder)).toEqual({
      door: true,
      ownerAccounts: `clinics=${first}/fedstep-owner,clinics=${second}/ward,trials=${second}/fedstep-owner`,
    });
    expect(withOwnersAccounts({ stackName: "other" }, folder)).toEqual({
      stackName: "other",
      ownerAccounts: "clinics=333344445555/fedstep-owner",
    });
  });

  test("adds nothing where it names none, where there is none, and where context says it", () => {
    expect(withOwnersAccounts({}, folder)).toEqual({});
    named({ format: 1, stacks: { fedstep: { clinics: [owner(first)] } } });
    expect(withOwnersAccounts({ stackName: "third" }, folder)).toEqual({ stackName: "third" });
    expect(withOwnersAccounts({ ownerAccounts: "" }, folder)).toEqual({ ownerAccounts: "" });
  });

  test.each([
    ["no JSON", "{"],
    ["another format", JSON.stringify({ format: 2, stacks: {} })],
    ["a short account", JSON.stringify({ format: 1, stacks: { fedstep: { clinics: [owner("1")] } } })],
    ["a principal", JSON.stringify({ format: 1, stacks: { fedstep: { clinics: [owner("*")] } } })],
    ["an unknown field", JSON.stringify({ format: 1, stacks: {}, accounts: [] })],
  ])("is refused by name where it is damaged: %s", (_, text) => {
    writeFileSync(join(folder, "federation.json"), text);
    expect(() => withOwnersAccounts({}, folder)).toThrow(
      expect.objectContaining({
        name: "AccountsFileInvalid",
        message: expect.stringContaining("federation.json: "),
      }),
    );
  });
});

describe("the setting", () => {
  test("is read to its federations and accounts; an empty one is none", () => {
    const { ownerAccounts } = parseSettings({ ownerAccounts: `clinics=${first}/fedstep-owner` });
    expect(ownerAccounts).toEqual([{ federation: "clinics", ...owner(first) }]);
    expect(parseSettings({ ownerAccounts: "" }).ownerAccounts).toEqual([]);
  });

  test.each([
    "clinics",
    "clinics=*/fedstep-owner",
    "clinics=11112222333/fedstep-owner",
    `Clinics=${first}/fedstep-owner`,
    `clinics.a=${first}/fedstep-owner`,
    `clinics=${first}/`,
    `clinics=${first}/a*`,
    `clinics=${first}/a,`,
    `clinics=${first}/a,clinics=${first}/b`,
  ])("refuses %s by name", (ownerAccounts) => {
    expect(() => parseSettings({ ownerAccounts })).toThrow(
      expect.objectContaining({
        name: "ContextInvalid",
        message: expect.stringContaining("ownerAccounts"),
      }),
    );
  });

  test("is what the stack says of itself", () => {
    const offers = (ownerAccounts?: string) =>
      deploymentOf(parseSettings(ownerAccounts === undefined ? {} : { ownerAccounts })).accounts;
    expect(offers()).toBe(false);
    expect(offers("")).toBe(false);
    expect(offers(`clinics=${first}/fedstep-owner`)).toBe(true);
  });
});

/** So many owners of one federation, whose stacks are called so. */
const many = (count: number, stack: string) =>
  Array.from({ length: count }, (_, i) => `clinics=${String(100_000_000_000 + i)}/${stack}`).join(",");

describe("policies that name every account", () => {
  test("fit for 110 owners whose stacks are called as usual, and for 80 with the longest name", async () => {
    await synthesized({ ownerAccounts: many(110, "fedstep-owner"), encryptionKey: true, door: true });
    await synthesized({ ownerAccounts: many(80, "x".repeat(40)), encryptionKey: true, door: true });
  });

  test("are refused by name, before anything is deployed, where they would be too long", async () => {
    await expect(synthesized({ ownerAccounts: many(300, "fedstep-owner") })).rejects.toMatchObject({
      name: "ContextInvalid",
      message: expect.stringMatching(/with 300 accounts the bucket's policy has up to \d+ characters.*20480/),
    });
    await expect(synthesized({ ownerAccounts: many(150, "fedstep-owner") })).rejects.toMatchObject({
      name: "ContextInvalid",
      message: expect.stringMatching(/the state machine's policy has up to \d+ characters.*10240/),
    });
  });

  test("are counted as they are deployed, with the longest names", () => {
    const arn = { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":iam::1:root"]] };
    expect(deployedText({ AWS: [arn] })).toBe('{"AWS":["arn:aws-us-gov:iam::1:root"]}');
    expect(deployedText({ "Fn::GetAtt": ["Bucket", "Arn"] })).toHaveLength(2 + 20 + 63);
  });
});
