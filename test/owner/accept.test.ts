import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { giveAcceptance, type Prepared, prepareAcceptance, unscaledNote } from "../../owner/accept.ts";
import type { OwnerHome } from "../../owner/home.ts";
import { outFile } from "../../owner/leaving.ts";
import { acceptance } from "../../shared/owners/acceptance.ts";
import { type Agreement, agreementSha256 } from "../../shared/owners/agreement.ts";
import { checkAcceptance } from "../../shared/owners/check-acceptance.ts";
import { isSignedBy, openSigned, type Signer, sign } from "../../shared/owners/signed.ts";
import { readNamed } from "../../tables/named-path.ts";
import { agreementOf, sealingKey } from "../shared/owners/agreed.ts";
import { acceptanceOf } from "../shared/owners/asked.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { again, at, folder, newHome, written } from "./homes.ts";

/** Sixty rows, of which `changed` has another age. */
const table = (changed = -1) =>
  `age,crp,outcome\n${Array.from({ length: 60 }, (_, row) => `${row === changed ? 99 : 20 + row},${row % 5}.5,${row % 2}`).join("\n")}\n`;

/** Without held-out minimum, which sixty rows do not reach. */
const lenient = { leastHeldOut: 1 };

interface Scene {
  readonly home: OwnerHome;
  readonly others: readonly Signer[];
  readonly first: Agreement;
}

async function scene(policy: Record<string, unknown> = lenient): Promise<Scene> {
  const home = await newHome();
  const others = await Promise.all([newSigner(), newSigner()]);
  const { name, signingKey, exchangeKey } = home.owner;
  const agreed = agreementOf([home.keys, ...others], { minimumCohort: 3 });
  const members = agreed.members.map((one) =>
    one.number === 0 ? { number: 0, name, signingKey, exchangeKey } : one,
  );
  writeFileSync(join(home.place, "policy.json"), JSON.stringify(policy));
  return { home, others, first: { ...agreed, members } };
}

const next = (before: Agreement, changes: Partial<Agreement> = {}): Agreement => ({
  ...before,
  version: before.version + 1,
  previous: agreementSha256(before),
  ...changes,
});

interface Given {
  readonly data?: string;
  readonly tellAgain?: boolean;
}

async function prepare(
  home: OwnerHome,
  agreed: readonly Agreement[],
  { data = table(), tellAgain = false }: Given = {},
) {
  return prepareAcceptance(await again(home), {
    versions: agreed,
    readTable: () => readNamed(written(data), "--data"),
    tellAgain,
    at,
  });
}

async function accept(home: OwnerHome, agreed: readonly Agreement[], given: Given = {}): Promise<Prepared> {
  const prepared = await prepare(home, agreed, given);
  await giveAcceptance(await again(home), prepared, outFile(join(folder(), "acceptance.json")), at);
  return prepared;
}

describe("an acceptance", () => {
  test("is signed, of that agreement, and tells what the policy allows", async () => {
    const { home, first } = await scene({ ...lenient, tells: { labelCounts: true } });
    const out = join(folder(), "a.json");
    await giveAcceptance(home, await prepare(home, [first]), outFile(out), at);
    const signed = await openSigned("acceptance", acceptance, JSON.parse(readFileSync(out, "utf8")), out);
    expect(signed.key).toBe(home.owner.signingKey);
    checkAcceptance(first, signed, out);
    const { description } = signed.content;
    expect(description).toMatchObject({ train: 48, heldOut: 12, labels: { all: [30, 30] } });
    // ages are 20 to 79, of which twelve are held out
    expect(description.moments?.sums[0]).toBeGreaterThan(48 * 25);
    expect(description.moments?.sums[0]).toBeLessThan(48 * 75);
    expect((await again(home)).log.entries.at(-1)).toMatchObject({
      event: "agreed",
      object: "a.json",
      bytes: readFileSync(out).length,
      dataMac: description.dataMac,
    });
  });

  test("tells neither counts by class nor sums where the policy keeps them", async () => {
    const { home, first } = await scene({ ...lenient, tells: { moments: false } });
    const prepared = await prepare(home, [first]);
    expect(prepared.acceptance.content.description).toMatchObject({ labels: null, moments: null });
    // the range of age is agreed upon
    expect(unscaledNote(prepared)).toEqual([expect.stringContaining("agreed upon for crp:")]);
  });

  test("is the same when it is given again, and is logged again", async () => {
    const { home, first } = await scene();
    const [one, two] = [await accept(home, [first]), await accept(home, [first])];
    expect(two.acceptance).toEqual(one.acceptance);
    expect((await again(home)).log.entries.map(({ event }) => event)).toEqual(["made", "agreed", "agreed"]);
  });

  test("of a next version repeats what was told of the same data", async () => {
    const { home, first } = await scene();
    const one = await accept(home, [first]);
    const two = await accept(home, [next(first, { waitMinutes: 20 })]);
    expect(two.acceptance.content.description).toEqual(one.acceptance.content.description);
  });

  test.each<[string, (train: number) => number, (train: number) => number]>([
    ["above", (train) => 121 * train, (train) => 120 ** 2 * train],
    ["below", (train) => -train, (train) => train],
    ["whose squares are beyond", (train) => 100 * train, (train) => 121 ** 2 * train],
    // a mean of 60 leaves no more than 60 * 120 of a square's mean
    ["spread beyond", (train) => 60 * train, (train) => 1.01 * 60 * 120 * train],
  ])("has no sums of numbers %s the agreed range", async (_, sum, square) => {
    const { home, first } = await scene();
    const { acceptance: given } = await prepare(home, [first]);
    const { train, moments } = given.content.description;
    const [, sums1 = 0] = moments?.sums ?? [];
    const [, squares1 = 0] = moments?.squares ?? [];
    const claimed = { sums: [sum(train), sums1], squares: [square(train), squares1] };
    const description = { ...given.content.description, moments: claimed };
    const content = { ...given.content, description };
    expect(() => checkAcceptance(first, given, "a.json")).not.toThrow();
    expect(() => checkAcceptance(first, { ...given, content }, "a.json")).toThrow(
      /sums that no numbers within the agreed ranges have: age/,
    );
  });

  test.each<[readonly [number, number], number]>([
    [[0, 1e-6], 7e-4],
    [[1e6, 1e6 + 1], 704],
    [[-1e-3, 1e-3], 1],
  ])("has no sums that spread a column beyond its range of %s by %d", async ([lowest, highest], spread) => {
    const { home, first } = await scene();
    const columns = first.schema.columns.map((one) =>
      one.name === "age" ? { ...one, range: [lowest, highest] as [number, number] } : one,
    );
    const agreed = { ...first, schema: { ...first.schema, columns } };
    const told = acceptanceOf(agreed, home.owner.name);
    const { train } = told.description;
    const [middle, half] = [(lowest + highest) / 2, (highest - lowest) / 2];
    const claimed = (deviation: number) => {
      const moments = { sums: [train * middle, 0], squares: [train * (middle ** 2 + deviation ** 2), 0] };
      const content = { ...told, description: { ...told.description, moments } };
      return () => checkAcceptance(agreed, { content, key: home.keys.key, signature: "" }, "a.json");
    };
    expect(claimed(0)).not.toThrow();
    // half of them at either end
    expect(claimed(half)).not.toThrow();
    expect(claimed(spread)).toThrow(/sums that no numbers within the agreed ranges have: age/);
  });

  test.each<[string, number, number]>([
    ["whose squares are fewer than their sum's", 1000, 1],
    ["whose squares are negative", 0, -1],
    ["beyond float32", 0, 1e300],
  ])(
    "has no sums of numbers %s, of a column without a range, and its owner is named",
    async (_, sum, square) => {
      const { home, first } = await scene();
      const { acceptance: given } = await prepare(home, [first]);
      const { moments } = given.content.description;
      const [sums0 = 0, squares0 = 0] = [moments?.sums[0], moments?.squares[0]];
      const claimed = { sums: [sums0, sum], squares: [squares0, square] };
      const content = { ...given.content, description: { ...given.content.description, moments: claimed } };
      expect(() => checkAcceptance(first, { ...given, content }, "a.json")).toThrow(
        /a\.json: Seoul Clinic has sums that no numbers have: crp/,
      );
    },
  );

  test.each<[string, object]>([
    ["examples", { train: 2 ** 53 - 2, heldOut: 1 }],
    ["examples that are held out", { heldOut: 2 ** 31 }],
    ["examples of a class", { labels: { all: [2 ** 40, 30], heldOut: [6, 6] } }],
  ])("of more %s than anybody has is refused by its owner's name", async (_, changes) => {
    const { home, first } = await scene();
    const { acceptance: given } = await prepare(home, [first]);
    const content = { ...given.content, description: { ...given.content.description, ...changes } };
    const signed = await sign("acceptance", content, home.keys);
    await expect(openSigned("acceptance", acceptance, signed, "a.json")).rejects.toThrow(
      /is signed by Seoul Clinic \(key [0-9a-f]{16}\), and is no acceptance: .*expected number to be <=2147483647/s,
    );
  });

  test("is no signature under another version, nor under other words", async () => {
    const { home, first } = await scene();
    const { acceptance: given } = await accept(home, [first]);
    const second = { ...given.content, agreement: { ...given.content.agreement, version: 2 } };
    expect(await isSignedBy(given.key, "acceptance", second, given.signature)).toBe(false);
    expect(await isSignedBy(given.key, "request", given.content, given.signature)).toBe(false);
    const replayed = () => checkAcceptance(next(first), given, "a.json");
    expect(replayed).toThrow(/accepts another agreement than version 2/);
  });
});

describe("an agreement is refused", () => {
  test("that is lower than the one signed, or another one of its number", async () => {
    const { home, first } = await scene();
    const second = next(first);
    await accept(home, [first]);
    await accept(home, [second]);
    await expect(prepare(home, [first])).rejects.toThrow(/version 2 is signed already, and no earlier one/);
    await expect(prepare(home, [{ ...second, waitMinutes: 11 }])).rejects.toThrow(
      /another agreement of that number/,
    );
  });

  test("likewise where its file was taken away, since the log knows it", async () => {
    const { home, first } = await scene();
    const second = next(first);
    await accept(home, [first]);
    await accept(home, [second]);
    rmSync(join(home.place, "agreements"), { recursive: true });
    await expect(prepare(home, [first])).rejects.toThrow(/no earlier one/);
    await expect(prepare(home, [{ ...second, waitMinutes: 11 }])).rejects.toThrow(
      /another agreement of that number/,
    );
    await expect(prepare(home, [next(second)])).rejects.toThrow(/file is gone/);
    await accept(home, [second]);
    await accept(home, [next(second)]);
  });

  test("that leaves a version out, until the one between is given, which is not signed", async () => {
    const { home, first } = await scene();
    const [second, third] = [next(first), next(next(first), { waitMinutes: 30 })];
    await accept(home, [first]);
    await expect(prepare(home, [third])).rejects.toThrow(/give the files of all versions between/);
    const { acceptance: given } = await accept(home, [third, second]);
    expect(given.content.agreement.version).toBe(3);
    expect(readdirSync(join(home.place, "agreements", "clinics"))).toEqual(["00001.json", "00003.json"]);
    const forged = next(next(first, { waitMinutes: 5 }), { waitMinutes: 30 });
    await expect(prepare(home, [second, forged])).rejects.toThrow(/no earlier one/);
  });

  test.each<[string, (one: Agreement, other: Signer) => Agreement, RegExp]>([
    [
      "where another key stands in a member's place",
      (one, { key }) => withMember(one, 1, { signingKey: key }),
      /another key/,
    ],
    [
      "where another exchange key does",
      (one) => withMember(one, 1, { exchangeKey: sealingKey(99) }),
      /another key/,
    ],
    [
      "where the old key is said to have signed a new one",
      (one, { key }) =>
        withMember(one, 1, {
          signingKey: key,
          replaces: { key: one.members[1]?.signingKey ?? "", signature: `${"A".repeat(85)}A` },
        }),
      /has not signed its new ones/,
    ],
    ["that splits the data anew", (one) => ({ ...one, config: { ...one.config, seed: 7 } }), /config\.seed/],
    [
      "of another federation that goes on from this one",
      (one) => ({ ...one, federation: "banks" }),
      /told of in the federation clinics/,
    ],
    [
      "with a baseline over everybody's examples",
      (one) => ({ ...one, config: { ...one.config, baseline: { ...one.config.baseline, enabled: true } } }),
      /baseline\.enabled/,
    ],
    [
      "where the owner is no member",
      (one) => ({ ...one, members: one.members.slice(1), minimumCohort: 2 }),
      /not among the members|partition\.clients/,
    ],
    [
      "where the owner stands by another name",
      (one) => withMember(one, 0, { name: "somebody" }),
      /another name or exchange key/,
    ],
  ])("%s", async (_, change, message) => {
    const { home, first } = await scene();
    await accept(home, [first]);
    const before = readFileSync(join(home.place, "log.jsonl"), "utf8");
    await expect(prepare(home, [change(next(first), await newSigner())])).rejects.toThrow(message);
    expect(readFileSync(join(home.place, "log.jsonl"), "utf8")).toBe(before);
  });

  test("with a number of one who left", async () => {
    const { home, first } = await scene();
    const members = first.members.slice(0, 2);
    const config = { ...first.config, partition: { ...first.config.partition, clients: 2 } };
    await accept(home, [first]);
    const left = next(first, { members, config, minimumCohort: 2 });
    writeFileSync(join(home.place, "policy.json"), JSON.stringify({ ...lenient, minimumCohort: 2 }));
    await accept(home, [left]);
    const taken = {
      number: 2,
      name: "late",
      signingKey: (await newSigner()).key,
      exchangeKey: sealingKey(9),
    };
    const rejoined = next(left, { members: [...members, taken], config: first.config });
    await expect(prepare(home, [rejoined])).rejects.toThrow(/number of a member that has left/);
  });
});

describe("data", () => {
  test("that are others than those told of are refused, unless it is said that this is meant", async () => {
    const { home, first } = await scene();
    const one = await accept(home, [first]);
    const other = { data: table(7) };
    await expect(prepare(home, [next(first)], other)).rejects.toMatchObject({
      name: "DataChanged",
      message: expect.stringMatching(/the difference is that row.*--tell-again/),
    });
    const two = await accept(home, [next(first)], { ...other, tellAgain: true });
    expect(two.acceptance.content.description.dataMac).not.toBe(one.acceptance.content.description.dataMac);
    // these are the ones that were told of last: that is no new telling
    await accept(home, [next(next(first))], other);
  });

  test("are refused too where the record of the telling was taken away", async () => {
    const { home, first } = await scene();
    await accept(home, [first]);
    rmSync(join(home.place, "told"), { recursive: true });
    await expect(prepare(home, [next(first)], { data: table(7) })).rejects.toThrow(/--tell-again/);
  });

  test("are not told of under another number, by which other rows are held out", async () => {
    const { home, first } = await scene();
    await accept(home, [first]);
    const [own, ...others] = first.members as [Agreement["members"][number], ...Agreement["members"]];
    const [key, exchangeKey] = [(await newSigner()).key, sealingKey(9)];
    const newcomer = { number: 3, name: "newcomer", signingKey: key, exchangeKey };
    const second = next(first, { members: [...others, newcomer], nextNumber: 4 });
    const third = next(second, { members: [...others, { ...own, number: 4 }], nextNumber: 5 });
    await expect(prepare(home, [second, third])).rejects.toMatchObject({
      name: "DataChanged",
      message: expect.stringContaining("told of in clinics as number 0, and as number 4"),
    });
  });

  test("are repeated as they were told in each federation", async () => {
    const { home, first } = await scene();
    const one = await accept(home, [first]);
    const other = { ...first, federation: "hospitals" };
    await accept(home, [other], { tellAgain: true });
    const told = readdirSync(join(home.place, "told"));
    const { dataMac } = one.acceptance.content.description;
    expect(told.toSorted()).toEqual([`clinics.${dataMac}.json`, `hospitals.${dataMac}.json`]);
    const again = await accept(home, [next(first)]);
    expect(again.acceptance.content.description).toEqual(one.acceptance.content.description);
  });

  test("are not told of in a second federation by themselves", async () => {
    const { home, first } = await scene();
    await accept(home, [first]);
    await expect(prepare(home, [{ ...first, federation: "banks" }])).rejects.toThrow(
      /where other rows are held out/,
    );
  });

  test("that do not fit are refused with all that is wrong, and nothing is logged", async () => {
    const { home, first } = await scene();
    await expect(prepare(home, [first], { data: "age,crp,outcome\n200,x,3\n" })).rejects.toThrow(
      /3 problems/,
    );
    expect((await again(home)).log.entries).toHaveLength(1);
  });
});

test("a log from a backup, older than what was told, is found", async () => {
  const { home, first } = await scene();
  const backup = readFileSync(join(home.place, "log.jsonl"));
  await accept(home, [first]);
  writeFileSync(join(home.place, "log.jsonl"), backup);
  await expect(prepare(home, [first])).rejects.toMatchObject({
    name: "LogBroken",
    message: expect.stringMatching(/backup/),
  });
});

test("a file that cannot be written leaves nothing in the log", async () => {
  const { home, first } = await scene();
  const prepared = await prepare(home, [first]);
  const out = join(folder(), "missing", "a.json");
  await expect(giveAcceptance(await again(home), prepared, outFile(out), at)).rejects.toThrow(/--out/);
  expect((await again(home)).log.entries).toHaveLength(1);
});

test("a policy that forbids the agreement is named by its field", async () => {
  const { home, first } = await scene({});
  await expect(prepare(home, [first])).rejects.toMatchObject({
    name: "PolicyForbids",
    message: expect.stringMatching(
      /leastHeldOut: 12 are held out, and the policy asks for 20 \(ExamplesTooFew\)/,
    ),
  });
});

function withMember(one: Agreement, at: number, changes: Partial<Agreement["members"][number]>): Agreement {
  return { ...one, members: one.members.map((m, i) => (i === at ? { ...m, ...changes } : m)) };
}
