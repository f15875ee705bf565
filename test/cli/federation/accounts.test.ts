import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { openAccountsFile } from "../../../cli/federation/accounts-file.ts";
import { bundlesOf } from "../../../cli/federation/propose.ts";
import type { JoinRequest } from "../../../shared/owners/request.ts";
import { type Signer, sign } from "../../../shared/owners/signed.ts";
import { requestOf } from "../../shared/owners/asked.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { fedstep } from "../terminal.ts";

let folder: string;
let home: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(inject("temporary"), "accounts-"));
  home = join(folder, "coordinator");
  mkdirSync(home);
  file = join(folder, "federation.json");
});

const federation = (command: string, ...args: string[]) =>
  fedstep(["federation", command, ...args, "--home", home, "--accounts-file", file]);

const [first, second] = ["111122223333", "222233334444"] as const;
const placeIn = (account: string, changes: Partial<NonNullable<JoinRequest["place"]>> = {}) => ({
  ...{ account, stack: "fedstep-owner", partition: "aws", region: "us-east-1" },
  ...changes,
});

/** Has an owner ask, by the file that it would send. */
async function ask(name: string, number: number, changes: Partial<JoinRequest>, signer?: Signer) {
  const path = join(folder, `${name}-request.json`);
  const by = signer ?? (await newSigner());
  writeFileSync(path, JSON.stringify(await sign("request", requestOf(name, number, changes), by)));
  return federation("add", path);
}

const named = (): unknown => JSON.parse(readFileSync(file, "utf8"));
const accounts = (...clinics: { account: string; stack: string }[]) => ({
  format: 1,
  stacks: { fedstep: { clinics } },
});
const owner = (account: string, stack = "fedstep-owner") => ({ account, stack });

describe("the file of accounts", () => {
  test("follows the list: who joins, moves, and is taken off; and says what is to be done then", async () => {
    const seoul = await newSigner();
    const joined = await ask("seoul", 0, { place: placeIn(second) }, seoul);
    expect(joined).toMatchObject({ code: 0 });
    expect(joined.output).toMatch(/the account 222233334444, stack fedstep-owner/);
    expect(joined.output).toMatch(/federation\.json names one account of clinics now.*npx cdk deploy/s);
    expect(named()).toEqual(accounts(owner(second)));

    expect((await ask("remote", 1, {})).output).not.toMatch(/npx cdk deploy/);
    await ask("busan", 2, { place: placeIn(first, { stack: "ward" }) });
    expect(named()).toEqual(accounts(owner(first, "ward"), owner(second)));

    const moved = await ask("seoul", 0, { statement: 2, place: placeIn("333344445555") }, seoul);
    expect(moved.output).toMatch(/npx cdk deploy/);
    expect(named()).toEqual(accounts(owner(first, "ward"), owner("333344445555")));

    const listed = await fedstep(["federation", "members", "clinics", "--json", "--home", home]);
    expect(JSON.parse(listed.output).members).toMatchObject([
      { name: "seoul", account: owner("333344445555") },
      { name: "remote", account: null },
      { name: "busan", account: owner(first, "ward") },
    ]);

    expect((await federation("remove", "clinics", "busan")).output).toMatch(/npx cdk deploy/);
    expect(named()).toEqual(accounts(owner("333344445555")));
    expect((await federation("revoke", "clinics", "seoul")).output).toMatch(
      /names 0 accounts.*npx cdk deploy/s,
    );
    expect(named()).toEqual({ format: 1, stacks: {} });
    expect(readdirSync(folder).filter((name) => name.includes("draft"))).toEqual([]);
  });

  test("loses an owner that leaves by itself", async () => {
    const signer = await newSigner();
    await ask("seoul", 0, { place: placeIn(first) }, signer);
    const leaving = { format: 1, leaves: "clinics", name: "seoul", statement: 9 } as const;
    const path = join(folder, "leave.json");
    writeFileSync(path, JSON.stringify(await sign("leave", leaving, signer)));
    expect((await federation("add", path)).output).toMatch(/npx cdk deploy/);
    expect(named()).toEqual({ format: 1, stacks: {} });
  });

  test("keeps what it says of other stacks and federations, and is the same text for the same accounts", async () => {
    const others = { other: { clinics: [owner(second)] }, fedstep: { trials: [owner(second)] } };
    writeFileSync(file, JSON.stringify({ stacks: others, format: 1 }));
    await ask("seoul", 0, { place: placeIn(first) });
    const text = readFileSync(file, "utf8");
    expect(JSON.parse(text)).toEqual({
      format: 1,
      stacks: { ...others, fedstep: { clinics: [owner(first)], trials: [owner(second)] } },
    });
    expect(text.indexOf("clinics")).toBeLessThan(text.indexOf("trials"));
  });

  test("that is damaged is refused by name before the list is changed", async () => {
    writeFileSync(file, '{"format":1,"stacks":{"fedstep":{"clinics":[{"account":"*"}]}}}');
    const answer = await ask("seoul", 0, { place: placeIn(first) });
    expect(answer).toMatchObject({
      code: 2,
      said: expect.stringMatching(/AccountsFileInvalid.*federation\.json/s),
    });
    const listed = await fedstep(["federation", "members", "clinics", "--home", home]);
    expect(listed.said).toMatch(/FederationMissing/);
  });

  test("is nothing that a local run needs, unless it is asked for", async () => {
    expect(await openAccountsFile({ target: "local", stack: "fedstep", home })).toBeUndefined();
    await openAccountsFile({ target: "local", stack: "fedstep", home, accountsFile: file });
    expect(existsSync(file)).toBe(false);
  });
});

describe("a request is refused by name, and changes nothing, from", () => {
  test.each([
    ["another region", placeIn(first, { region: "eu-west-1" }), /region eu-west-1.*us-east-1/s],
    ["another partition", placeIn(first, { partition: "aws-cn" }), /partition aws-cn/],
    ["the coordinator's own account", placeIn("000000000000"), /coordinator's own/],
    ["the account of another member", placeIn(second), /222233334444 is that of seoul/],
  ])("%s", async (_, place, why) => {
    await ask("seoul", 0, { place: placeIn(second) });
    const before = readFileSync(file, "utf8");
    const answer = await ask("busan", 1, { place });
    expect(answer).toMatchObject({ code: 2, said: expect.stringContaining("PlaceInvalid") });
    expect(answer.said).toMatch(why);
    expect(readFileSync(file, "utf8")).toBe(before);
    const listed = await fedstep(["federation", "members", "clinics", "--home", home]);
    expect(listed.output).not.toMatch(/busan/);
  });
});

test("a version lists this release's bundle, and with --keep-bundle that of the one before, and never three", () => {
  const [current, earlier, oldest] = ["a", "b", "c"].map((letter) => letter.repeat(64)) as [
    string,
    string,
    string,
  ];
  const before = (...bundles: string[]) => ({ bundles }) as unknown as Parameters<typeof bundlesOf>[1];
  expect(bundlesOf(current, before(earlier), {})).toEqual([current]);
  expect(bundlesOf(current, before(earlier), { keepBundle: true })).toEqual([current, earlier]);
  expect(bundlesOf(current, before(earlier, oldest), { keepBundle: true })).toEqual([current, earlier]);
  expect(bundlesOf(current, before(current, earlier), { keepBundle: true })).toEqual([current, earlier]);
  expect(bundlesOf(current, undefined, { keepBundle: true })).toEqual([current]);
});
