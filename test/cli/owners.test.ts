import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { whileLocked } from "../../owner/storage/lock.ts";
import { agreement } from "../../shared/owners/agreement.ts";
import { sign } from "../../shared/owners/signed.ts";
import { acceptanceOf, requestOf } from "../shared/owners/asked.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

/** All that commands have printed. */
let told = "";
let place: string;
const at = (...names: string[]) => join(place, ...names);

async function run(...args: string[]) {
  const answer = await fedstep(args);
  told += answer.output + answer.said;
  return answer;
}
const owner = (name: string, command: string, ...args: string[]) =>
  run("owner", command, ...args, "--home", at(name));
const coordinator = (command: string, ...args: string[]) =>
  run("federation", command, ...args, "--home", at("coordinator"));
const succeeds = async (answer: ReturnType<typeof run>) => {
  const { code, output, said } = await answer;
  expect(said + output).not.toBe("");
  expect(code, said).toBe(0);
  return output;
};

const owners = ["north", "south", "west"] as const;

/** From nothing to three signed acceptances. */
async function threeOwners(): Promise<void> {
  place = mkdtempSync(join(inject("temporary"), "owners-"));
  mkdirSync(at("coordinator"));
  symlinkSync(join(sharedHome(), "assemblies"), at("coordinator", "assemblies"));
  for (const [number, name] of owners.entries()) {
    const rows = Array.from({ length: 110 }, (_, row) => `p${row},${(row * 7 + number) % 90}.25,${row % 2}`);
    writeFileSync(at(`${name}.csv`), `patient,age,outcome\n${rows.join("\n")}\n`);
    await succeeds(owner(name, "init", "--name", name));
    const asked = [
      "--federation",
      "clinics",
      "--label",
      "outcome",
      "--ids",
      "patient",
      "--tell",
      "ranges,classes",
    ];
    await succeeds(
      owner(name, "request", ...asked, "--data", at(`${name}.csv`), "--out", at(`${name}-request.json`)),
    );
    await succeeds(coordinator("add", at(`${name}-request.json`)));
  }
  await succeeds(
    coordinator("propose", "clinics", "--set", "federation.rounds=3", "--out", at("agreement.json")),
  );
  for (const name of owners) {
    await succeeds(
      owner(
        name,
        "accept",
        at("agreement.json"),
        "--data",
        at(`${name}.csv`),
        "--out",
        at(`${name}-acceptance.json`),
      ),
    );
    await succeeds(coordinator("add", at(`${name}-acceptance.json`)));
  }
}

beforeAll(threeOwners, 240_000);

test("from nothing to a signed acceptance takes an owner three commands, and the coordinator sees who has signed", async () => {
  const { members, version } = JSON.parse(await succeeds(coordinator("members", "clinics", "--json")));
  expect(version).toBe(1);
  expect(members).toMatchObject(owners.map((name, number) => ({ name, number, accepted: true })));
  const { entries } = JSON.parse(await succeeds(owner("north", "log", "--json")));
  expect(entries.map(({ event }: { event: string }) => event)).toEqual(["made", "asked to join", "agreed"]);
  expect(entries[2]).toMatchObject({ bytes: statSync(at("north-acceptance.json")).size });
});

test("a request is shown as it is written", () => {
  for (const name of owners)
    expect(told).toContain(readFileSync(at(`${name}-request.json`), "utf8").trimEnd());
});

test("no secret of any owner stands in what was printed, or in any file but its keys", () => {
  const secrets = owners.flatMap((name) => {
    const { signing, exchange, mac } = JSON.parse(readFileSync(at(name, "keys.json"), "utf8"));
    return [signing, exchange, mac] as string[];
  });
  const files = readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter(
      (name) => !name.includes("assemblies") && !name.endsWith("keys.json") && statSync(at(name)).isFile(),
    )
    .map((name) => readFileSync(at(name), "latin1"));
  expect(files.length).toBeGreaterThan(20);
  const all = [told, ...files].join("\n");
  for (const secret of secrets) {
    const bytes = Buffer.from(secret, "base64url");
    for (const text of [secret, bytes.toString("hex"), bytes.toString("base64"), bytes.toString("latin1")]) {
      expect(all.includes(text)).toBe(false);
    }
  }
});

test("no cell has left, but the lowest and the highest value that the owner has consented to", () => {
  for (const name of owners) {
    const table = readFileSync(at(`${name}.csv`), "utf8");
    const cells: string[] = [...(table.match(/p\d+|\d+\.25/g) ?? [])];
    expect(cells).toHaveLength(220);
    const texts = ["request", "acceptance"].map((kind) => readFileSync(at(`${name}-${kind}.json`), "utf8"));
    const left = texts.flatMap((text) => [...(text.match(/"[^"]*"|\d+(\.\d+)?/g) ?? [])]);
    const found = new Set(left.map((one) => one.replaceAll('"', "")).filter((one) => cells.includes(one)));
    expect([...found].map(Number)).toEqual([0.25, 89.25]);
  }
});

test("proposing the same again makes no further version, and other terms make the next one", async () => {
  await succeeds(coordinator("propose", "clinics", "--out", at("again.json")));
  expect(readFileSync(at("again.json"), "utf8")).toBe(readFileSync(at("agreement.json"), "utf8"));
  await succeeds(coordinator("propose", "clinics", "--wait", "30", "--out", at("second.json")));
  expect(JSON.parse(readFileSync(at("second.json"), "utf8"))).toMatchObject({ version: 2, waitMinutes: 30 });
});

test("pausing and resuming are in the log once each", async () => {
  expect(await succeeds(owner("west", "pause"))).toContain("refused");
  expect(await succeeds(owner("west", "pause"))).toContain("as before");
  await succeeds(owner("west", "resume"));
  expect((await succeeds(owner("west", "log"))).match(/paused|resumed/g)).toEqual(["paused", "resumed"]);
});

describe("fedstep owner run", () => {
  test("asks at no door that nobody agreed upon, and is one process for each home", async () => {
    const taking = () => owner("north", "run", "--data", at("north.csv"));
    expect(await taking()).toMatchObject({ code: 2, said: expect.stringMatching(/--door: .*names no door/) });
    await whileLocked(
      at("north"),
      async () => {
        expect(await taking()).toMatchObject({ code: 2, said: expect.stringContaining("OwnerHomeInUse") });
        // and whoever else changes the home may
        await succeeds(owner("north", "pause"));
        await succeeds(owner("north", "resume"));
      },
      { lock: "running" },
    );
    expect(await owner("north", "show", "clinics.first")).toMatchObject({
      code: 2,
      said: expect.stringContaining("no such run"),
    });
    expect(await owner("north", "allow", "clinics.first")).toMatchObject({
      code: 2,
      said: expect.stringContaining("none"),
    });
  });
});

test("an owner that leaves is taken off the list by its own file", async () => {
  expect(await owner("west", "leave", "banks", "--out", at("leave.json"))).toMatchObject({ code: 2 });
  expect(await succeeds(owner("west", "leave", "clinics", "--out", at("leave.json")))).toContain(
    "cannot forget",
  );
  const { entries } = JSON.parse(await succeeds(owner("west", "log", "--json")));
  expect(entries.at(-1)).toMatchObject({ event: "left", federation: "clinics", object: "leave.json" });
  expect(await succeeds(coordinator("add", at("leave.json")))).toMatch(
    /^west \(key [0-9a-f]{16}\) is off the list of clinics/,
  );
  const { members } = JSON.parse(await succeeds(coordinator("members", "clinics", "--json")));
  expect(members.map(({ name }: { name: string }) => name)).toEqual(["north", "south"]);
  const request = at("west-request.json");
  // signed for something else, it takes nobody off
  const forged = {
    ...JSON.parse(readFileSync(request, "utf8")),
    content: { format: 1, leaves: "clinics", name: "west" },
  };
  writeFileSync(at("forged.json"), JSON.stringify(forged));
  expect(await coordinator("add", at("forged.json"))).toMatchObject({
    code: 2,
    said: expect.stringContaining("SignatureInvalid"),
  });
  // nor does what it said before it left bring it back, nor its acceptance count any more
  for (const [file, name] of [
    [request, "StatementReplayed"],
    [at("west-acceptance.json"), "SignatureInvalid"],
  ] as const) {
    expect(await coordinator("add", file)).toMatchObject({ code: 2, said: expect.stringContaining(name) });
  }
  const asked = ["--federation", "clinics", "--label", "outcome", "--ids", "patient", "--tell", "classes"];
  await succeeds(
    owner("west", "request", ...asked, "--data", at("west.csv"), "--out", at("west-again.json")),
  );
  await succeeds(coordinator("add", at("west-again.json")));
  // and its leave file has done what it said
  expect(await coordinator("add", at("leave.json"))).toMatchObject({
    code: 2,
    said: expect.stringContaining("StatementReplayed"),
  });
});

describe("a coordinator refuses", () => {
  const changed = (file: string, change: (value: never) => unknown) => {
    const path = join(temporaryFolder(), "changed.json");
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(at(file), "utf8")) as never)));
    return path;
  };
  const refused = async (file: string) => {
    const { code, said } = await coordinator("add", file);
    expect(code).toBe(2);
    return said;
  };
  interface File {
    readonly key: string;
    readonly signature: string;
    readonly content: Record<string, unknown>;
  }
  const withContent = (changes: Record<string, unknown>) => (one: File) => ({
    ...one,
    content: { ...one.content, ...changes },
  });

  test.each<[string, string, (one: File) => unknown, RegExp]>([
    [
      "a request with a changed name",
      "north-request.json",
      withContent({ name: "nord" }),
      /was changed after it was signed/,
    ],
    [
      "a request for another federation",
      "north-request.json",
      withContent({ federation: "banks" }),
      /was changed/,
    ],
    [
      "an acceptance with a changed count",
      "north-acceptance.json",
      withContent({ name: "south" }),
      /was changed/,
    ],
    [
      "what is no signed statement",
      "north-request.json",
      ({ key: _, ...one }) => one,
      /not a signed request/,
    ],
    [
      "an acceptance as a request",
      "north-acceptance.json",
      ({ content: { agreement: _, ...content }, ...one }) => ({ ...one, content }),
      /was changed/,
    ],
  ])("%s", async (_, file, change, message) => {
    expect(await refused(changed(file, change as never))).toMatch(message);
  });

  test("a request under another one's key", async () => {
    const other = JSON.parse(readFileSync(at("south-request.json"), "utf8"));
    expect(
      await refused(changed("north-request.json", ((one: File) => ({ ...one, key: other.key })) as never)),
    ).toMatch(/was changed/);
  });

  test("an acceptance of somebody who is no member, or of a version that is not there", async () => {
    const agreed = agreement.parse(JSON.parse(readFileSync(at("agreement.json"), "utf8")));
    const stranger = await newSigner();
    const file = at("stranger.json");
    writeFileSync(file, JSON.stringify(await sign("acceptance", acceptanceOf(agreed, "north"), stranger)));
    expect(await refused(file)).toMatch(/signed by nobody whom the agreement calls north/);
    const later = {
      ...acceptanceOf(agreed, "north"),
      agreement: { federation: "clinics", version: 9, sha256: "ab".repeat(32) },
    };
    writeFileSync(file, JSON.stringify(await sign("acceptance", later, stranger)));
    expect(await refused(file)).toMatch(/no version 9/);
    const another = {
      ...acceptanceOf(agreed, "north"),
      agreement: { federation: "clinics", version: 1, sha256: "ab".repeat(32) },
    };
    writeFileSync(file, JSON.stringify(await sign("acceptance", another, stranger)));
    expect(await refused(file)).toMatch(/AgreementInvalid/);
  });

  test("a member's name for another key, and federations and owners that are not there", async () => {
    const file = at("namesake.json");
    writeFileSync(file, JSON.stringify(await sign("request", requestOf("North", 9), await newSigner())));
    expect(await refused(file)).toMatch(/name of a member with another key/);
    expect(await coordinator("members", "banks")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/no federation banks/),
    });
    expect(await coordinator("members", "../x")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/federation's name takes/),
    });
    expect(await coordinator("remove", "clinics", "east")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/north, south, west/),
    });
    expect(await coordinator("tag", "clinics", "north", "a b")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/a tag takes/),
    });
  });
});

test("an owner's new keys stand in the next version, and a key that is revoked in none", async () => {
  const out = at("rotation.json");
  expect(await succeeds(owner("north", "rotate", "clinics", "--out", out))).toMatch(
    /Fingerprint: [0-9a-f]{64}/,
  );
  const { key } = JSON.parse(readFileSync(out, "utf8"));
  expect(await succeeds(coordinator("add", out))).toContain("north has new keys on the list of clinics");
  expect(await coordinator("add", at("north-request.json"))).toMatchObject({
    code: 2,
    said: expect.stringContaining("KeyRevoked"),
  });
  await succeeds(coordinator("propose", "clinics", "--out", at("rotated.json")));
  const { members } = agreement.parse(JSON.parse(readFileSync(at("rotated.json"), "utf8")));
  expect(members[0]).toMatchObject({ name: "north", signingKey: key, replaces: expect.anything() });
  expect(await succeeds(coordinator("revoke", "clinics", "south"))).toMatch(
    /The key [0-9a-f]{64} is revoked/,
  );
  expect(await coordinator("add", at("south-request.json"))).toMatchObject({
    code: 2,
    said: expect.stringContaining("KeyRevoked"),
  });
  const listed = JSON.parse(await succeeds(coordinator("members", "clinics", "--json")));
  expect(listed.members.map(({ name }: { name: string }) => name)).toEqual(["north", "west"]);
});

test.each(["log", "pause", "allow clinics.first", "show clinics.first", "leave clinics --out leave.json"])(
  "owner %s is about a home or about a stack, and not about both",
  async (command) => {
    const { code, said } = await fedstep([
      "owner",
      ...command.split(" "),
      "--home",
      "one",
      "--stack",
      "other",
    ]);
    expect(code).toBe(2);
    expect(said).toContain("option '--stack <name>' cannot be used with option '--home <dir>'");
  },
);

test.each([
  ["request", ["--federation", "clinics", "--label", "outcome", "--out", "request.json"]],
  ["accept", ["agreement.json", "--out", "acceptance.json"]],
])("owner %s takes a table, or a stack that has one", async (command, args) => {
  const neither = await fedstep(["owner", command, ...args]);
  expect(neither).toMatchObject({
    code: 2,
    said: expect.stringContaining("--data: takes the owner's table"),
  });
  const both = await fedstep([
    "owner",
    command,
    ...args,
    "--data",
    "patients.csv",
    "--stack",
    "fedstep-owner",
  ]);
  expect(both).toMatchObject({ code: 2, said: expect.stringContaining("DataKey") });
});
