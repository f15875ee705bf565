import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { makeHome, openHome } from "../../owner/home.ts";
import { readPolicy } from "../../owner/policy.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { policy } from "../../shared/owners/policy.ts";
import { isSignedBy, sign } from "../../shared/owners/signed.ts";
import { again, at, folder, newHome } from "./homes.ts";

describe("a home", () => {
  test("has keys that sign, a policy of defaults and a log, for its user alone", async () => {
    const home = await newHome();
    const { content, signature } = await sign("request", { a: 1 }, home.keys);
    expect(await isSignedBy(home.owner.signingKey, "request", content, signature)).toBe(true);
    expect(home.fingerprint).toBe(fingerprintOf(home.owner.signingKey));
    expect((await readPolicy(home)).policy).toEqual(policy.parse({}));
    expect(home.log.entries.map(({ event }) => event)).toEqual(["made"]);
    expect(statSync(home.place).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(home.place)) {
      expect(statSync(join(home.place, name)).mode & 0o777, name).toBe(0o600);
    }
    const { log: _, ...told } = await again(home);
    expect(told).toMatchObject({ owner: home.owner });
  });

  test("prints none of its secrets, however it is printed", async () => {
    const home = await newHome();
    const { signing, exchange, mac } = JSON.parse(readFileSync(join(home.place, "keys.json"), "utf8"));
    const printed = [
      inspect(home, { depth: 9, showHidden: true }),
      JSON.stringify(home),
      String(home.keys),
    ].join();
    for (const secret of [signing, exchange, mac]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(Buffer.from(secret, "base64url").toString("hex"));
    }
  });

  test("is not made a second time, and its keys stay", async () => {
    const home = await newHome();
    await expect(makeHome(home.place, "another", at)).rejects.toMatchObject({
      name: "OwnerHomeInvalid",
      message: expect.stringContaining("already"),
    });
    expect((await again(home)).owner).toEqual(home.owner);
  });

  test("knows data again by a code that another home does not come to", async () => {
    const [one, other] = [await newHome(), await newHome()];
    const examples = { x: Float32Array.of(1, 2, 3, 4), y: Int32Array.of(0, 1), count: 2, features: 2 };
    const mac = await one.keys.macOf(examples);
    expect(await (await again(one)).keys.macOf({ ...examples, x: examples.x.slice() })).toBe(mac);
    expect(await one.keys.macOf({ ...examples, y: Int32Array.of(1, 1) })).not.toBe(mac);
    expect(await one.keys.macOf({ ...examples, x: Float32Array.of(1, 2, 3, 5) })).not.toBe(mac);
    expect(await other.keys.macOf(examples)).not.toBe(mac);
  });
});

describe("what is no home, or not a whole one", () => {
  test.each<[string, (path: string) => void, RegExp]>([
    [
      "a folder that is not there",
      (path) => rmSync(path, { recursive: true }),
      /no owner's home.*owner init/,
    ],
    ["a folder of other things", (path) => rmSync(join(path, "owner.json")), /no owner's home/],
    ["without its keys", (path) => rmSync(join(path, "keys.json")), /keys\.json is missing/],
    ["without its log", (path) => rmSync(join(path, "log.jsonl")), /log\.jsonl is missing/],
    ["with damaged keys", (path) => writeFileSync(join(path, "keys.json"), "{"), /keys\.json is not what/],
    [
      "with a name that owners cannot have",
      (path) => replace(path, "owner.json", "Seoul", "\\u0007"),
      /owner\.json/,
    ],
  ])("%s is refused", async (_, damage, message) => {
    const home = await newHome();
    damage(home.place);
    await expect(openHome(home.place)).rejects.toThrow(message);
  });

  test("another home's keys are refused", async () => {
    const [home, other] = [await newHome(), await newHome()];
    writeFileSync(join(home.place, "keys.json"), readFileSync(join(other.place, "keys.json")));
    await expect(again(home)).rejects.toThrow(/other keys than owner\.json/);
  });

  test.each(["", "keys.json", "policy.json", "log.jsonl", "owner.json"])(
    "%s that others may look at is refused, with the command that mends it",
    async (name) => {
      const home = await newHome();
      chmodSync(join(home.place, name), name === "" ? 0o750 : 0o604);
      await expect(again(home)).rejects.toThrow(/chmod -R go-rwx/);
    },
  );

  test("a folder with files is not made one, nor one with a name that owners cannot have", async () => {
    const path = folder();
    chmodSync(path, 0o700);
    mkdirSync(join(path, "photos"));
    await expect(makeHome(path, "a", at)).rejects.toThrow(/holds files and is no owner's home/);
    await expect(makeHome(join(path, "b"), " a", at)).rejects.toThrow(/--name: takes 1 to 60/);
    expect(readdirSync(path)).toEqual(["photos"]);
  });
});

describe("a policy", () => {
  test.each([
    [
      "a field with a typo",
      '{"minimumCohrt": 3}',
      /minimumCohrt: no such field; the policy takes .*minimumCohort/,
    ],
    [
      "a value of another kind",
      '{"leastExamples": "many"}',
      /leastExamples: got "many"; takes .*Examples that it has/,
    ],
    [
      "a field below with a typo",
      '{"tells": {"moment": false}}',
      /tells\.moment: no such field; tells takes/,
    ],
    ["no JSON", "{", /policy\.json is not JSON/],
  ])("with %s is refused, by what it takes", async (_, text, message) => {
    const home = await newHome();
    writeFileSync(join(home.place, "policy.json"), text);
    await expect(readPolicy(home)).rejects.toThrow(message);
  });

  test("has a digest of what it says, in whatever order", async () => {
    const home = await newHome();
    const before = await readPolicy(home);
    const fields = Object.entries(before.policy).reverse();
    writeFileSync(join(home.place, "policy.json"), JSON.stringify(Object.fromEntries(fields)));
    expect((await readPolicy(home)).sha256).toBe(before.sha256);
    writeFileSync(join(home.place, "policy.json"), JSON.stringify({ ...before.policy, leastExamples: 51 }));
    expect((await readPolicy(home)).sha256).not.toBe(before.sha256);
  });
});

function replace(home: string, name: string, from: string, to: string): void {
  const path = join(home, name);
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}
