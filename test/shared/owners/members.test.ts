import { beforeAll, describe, expect, test } from "vitest";
import { agreedSchema } from "../../../shared/owners/agreed-schema.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { fingerprintOf, ownerName } from "../../../shared/owners/identity.ts";
import { type MembersRecord, memberCalled, withRequest } from "../../../shared/owners/members.ts";
import { nextAgreement } from "../../../shared/owners/next-agreement.ts";
import { rotation, unsignedRotations } from "../../../shared/owners/rotation.ts";
import { type Signer, sign } from "../../../shared/owners/signed.ts";
import type { ToldSchema } from "../../../shared/owners/told-schema.ts";
import { agreementOf, sealingKey } from "./agreed.ts";
import { requestOf } from "./asked.ts";
import { newSigner } from "./keys.ts";

let signers: Signer[];
beforeAll(async () => {
  signers = await Promise.all(Array.from({ length: 4 }, newSigner));
});
const signer = (at: number): Signer => signers[at] as Signer;
const empty: MembersRecord = { federation: "clinics", nextNumber: 0, members: [], heard: [] };

/** The list after owners have asked, one after the other. */
async function listOf(...owners: readonly number[]): Promise<MembersRecord> {
  let list = empty;
  for (const [asked, at] of owners.entries()) {
    const request = requestOf(`owner ${at}`, at, { statement: asked + 1 });
    list = withRequest(list, await sign("request", request, signer(at)));
  }
  return list;
}

describe("a coordinator's list", () => {
  test("gives each owner a number, and none twice: whoever asks again keeps its own", async () => {
    const list = await listOf(0, 1, 0, 2);
    expect(list.members.map(({ name, number }) => [name, number])).toEqual([
      ["owner 0", 0],
      ["owner 1", 1],
      ["owner 2", 2],
    ]);
    const without = { ...list, members: list.members.filter(({ number }) => number !== 2) };
    const back = withRequest(
      without,
      await sign("request", requestOf("owner 2", 2, { statement: 9 }), signer(2)),
    );
    expect(back.members.at(-1)).toMatchObject({ name: "owner 2", number: 3 });
    expect(back.nextNumber).toBe(4);
  });

  test("lets nobody take another's name, in whatever letters, nor its own signing key with another exchange key", async () => {
    const list = await listOf(0, 1);
    const asOther = await sign("request", requestOf("OWNER 0", 2), signer(2));
    expect(() => withRequest(list, asOther)).toThrow(/name of a member with another key/);
    const rekeyed = await sign("request", requestOf("owner 0", 9, { statement: 9 }), signer(0));
    expect(() => withRequest(list, rekeyed)).toThrow(/another exchange key/);
    const plain = await sign("request", requestOf("\uff4fwner 0", 2), signer(2));
    expect(() => withRequest(list, plain)).toThrow(/name of a member with another key/);
    const borrowed = await sign("request", requestOf("owner 2", 0), signer(2));
    expect(() => withRequest(list, borrowed)).toThrow(/owner 2: its request has the exchange key of owner 0/);
  });

  test("takes an owner's requests in their order: an older one changes nothing, and the last one again does neither", async () => {
    const asked = (statement: number, policy: string) =>
      sign("request", requestOf("owner 0", 0, { statement, policySha256: policy.repeat(32) }), signer(0));
    const [first, second] = [await asked(2, "aa"), await asked(7, "bb")];
    const list = withRequest(withRequest(empty, first), second);
    expect(list.members).toMatchObject([{ number: 0, policySha256: "bb".repeat(32) }]);
    expect(withRequest(list, second)).toBe(list);
    const older = () => withRequest(list, first);
    expect(older).toThrow(/this is statement 2 of that key, and its statement 7 has been taken in/);
    expect(older).toThrow(/brought back from a backup: it brings back the home as it was last/);
    const twin = await asked(7, "cc");
    expect(() => withRequest(list, twin)).toThrow(expect.objectContaining({ name: "StatementReplayed" }));
    // nor does it bring back whoever was removed
    const removed = { ...list, members: [] };
    for (const request of [first, second]) {
      expect(() => withRequest(removed, request)).toThrow(
        expect.objectContaining({ name: "StatementReplayed" }),
      );
    }
    expect(withRequest(removed, await asked(8, "cc")).members).toHaveLength(1);
  });

  test("knows a member by its name, or by a fingerprint that is one's alone", async () => {
    const list = await listOf(0, 1);
    const print = fingerprintOf(signer(1).key);
    expect(memberCalled(list, "owner 1")?.number).toBe(1);
    expect(memberCalled(list, print.slice(0, 8))?.number).toBe(1);
    expect(memberCalled(list, print.slice(0, 7))).toBeUndefined();
    expect(memberCalled(list, "owner")).toBeUndefined();
  });
});

describe("the schema of all requests", () => {
  const told = (name: string, change: (schema: ToldSchema) => ToldSchema = (one) => one) => ({
    name,
    schema: change(requestOf(name, 0).schema),
  });
  const withRange = (range: [number, number]) => (schema: ToldSchema) => ({
    ...schema,
    columns: schema.columns.map((one) => (one.name === "age" ? { ...one, range } : one)),
  });

  test("is theirs where they tell the same, with the range of all where all tell one", () => {
    const ranged = agreedSchema([told("a", withRange([1, 5])), told("b", withRange([-2, 3]))]);
    expect(ranged).toMatchObject({
      schema: { columns: [{ name: "age", range: [-2, 5] }, { name: "patient" }] },
    });
    const partly = agreedSchema([told("a", withRange([1, 5])), told("b")]);
    expect("schema" in partly && partly.schema.columns[0]).toEqual({
      name: "age",
      type: "number",
      role: "feature",
    });
  });

  test("does not matter for the order of columns, which is the first one's", () => {
    const turned = told("b", (one) => ({ ...one, columns: one.columns.toReversed() }));
    expect(agreedSchema([told("a"), turned])).toEqual(agreedSchema([told("a"), told("b")]));
  });

  test.each<[string, (schema: ToldSchema) => ToldSchema, RegExp]>([
    [
      "another role of what a model sees",
      (one) => ({ ...one, columns: one.columns.map((c) => (c.name === "age" ? { ...c, role: "drop" } : c)) }),
      /"age" is number and feature at a's, number and drop at b's/,
    ],
    [
      "another type of it",
      (one) => ({ ...one, columns: one.columns.map((c) => (c.name === "age" ? { ...c, type: "date" } : c)) }),
      /"age" is number and feature at a's, date and feature at b's/,
    ],
    [
      "another task",
      ({ label: { classes: _, ...label }, ...one }) => ({ ...one, label: { ...label, task: "regression" } }),
      /"outcome" is a classification at a's, a regression at b's/,
    ],
    [
      "another label",
      (one) => ({ ...one, label: { ...one.label, name: "died" } }),
      /"outcome" at a's, "died" at b's/,
    ],
    [
      "other classes",
      (one) => ({ ...one, label: { ...one.label, classes: ["0", "2"] } }),
      /classes are 0, 1 at a's, 0, 2 at b's/,
    ],
    [
      "no classes",
      ({ label: { classes: _, ...label }, ...one }) => ({ ...one, label }),
      /b does not tell its classes/,
    ],
  ])("is none where one has %s, and that is said", (_, change, message) => {
    const found = agreedSchema([told("a"), told("b", change)]);
    expect("differences" in found && found.differences.join("\n")).toMatch(message);
  });
});

describe("a column that not all owners have, or have otherwise", () => {
  type Column = ToldSchema["columns"][number];
  const told = (name: string, ...more: Column[]) => {
    const { schema } = requestOf(name, 0);
    return { name, schema: { ...schema, columns: [...schema.columns, ...more] } };
  };
  const crp: Column = { name: "crp", type: "number", role: "feature" };
  const ward = (...categories: string[]): Column => ({
    ...{ name: "ward", type: "category", role: "feature" },
    ...(categories.length > 0 && { categories }),
  });
  const columnOf = (found: ReturnType<typeof agreedSchema>, name: string) =>
    "schema" in found ? found.schema.columns.find((one) => one.name === name) : found.differences;

  test("is optional where more than half have it, and its gaps take the mean", () => {
    const found = agreedSchema([told("a", crp), told("b"), told("c", { ...crp, name: "CRP" })]);
    expect(columnOf(found, "crp")).toEqual({ ...crp, missing: "mean", optional: true });
    expect("notes" in found && found.notes).toEqual(['column "crp" is optional: b lacks it']);
  });

  test("is left out with a word where half have it", () => {
    const found = agreedSchema([told("a", crp), told("b")]);
    expect(columnOf(found, "crp")).toEqual({ ...crp, role: "drop" });
    expect("notes" in found && found.notes.join()).toMatch(/"crp" is left out: only a has it/);
  });

  test("has gaps where anybody's has, and the categories of all", () => {
    const found = agreedSchema([
      told("a", ward("b", "a"), { ...crp, gaps: true }),
      told("b", { ...ward("c", "a"), gaps: true }, crp),
    ]);
    expect(columnOf(found, "ward")).toEqual({ ...ward("a", "b", "c"), missing: "category" });
    expect(columnOf(found, "crp")).toEqual({ ...crp, missing: "mean" });
  });

  test("has no categories before all have told theirs", () => {
    const found = agreedSchema([told("a", ward("a", "b")), told("b", ward())]);
    expect("differences" in found && found.differences).toEqual([
      'b has not told the categories of "ward" (owner request --tell categories)',
    ]);
  });

  test("does not matter where nobody reads it", () => {
    const note = (type: "text" | "number", role: "id" | "drop"): Column => ({ name: "note", type, role });
    const found = agreedSchema([told("a", note("text", "drop")), told("b", note("number", "id"))]);
    expect(columnOf(found, "note")).toMatchObject({ role: "id" });
  });
});

test("an owner's name has nothing that does not show", () => {
  for (const name of ["Seoul\u3164Clinic", "Seoul\u115fClinic", "Seoul  Clinic", "Seoul "]) {
    expect(ownerName.safeParse(name).success).toBe(false);
  }
  expect(ownerName.safeParse("\uc11c\uc6b8 Clinic-2").success).toBe(true);
});

describe("a next version", () => {
  const termsOf = ({ schema, config, minimumCohort, waitMinutes, door, bundles }: Agreement) => ({
    ...{ schema, config, minimumCohort, waitMinutes, door, bundles },
  });

  test("goes on from the one before, with those on the list", async () => {
    const list = await listOf(0, 1, 2);
    const terms = termsOf(agreementOf(signers.slice(0, 3)));
    const first = await nextAgreement(list, undefined, terms);
    expect(first).toMatchObject({ version: 1, previous: null, nextNumber: 3 });
    const second = await nextAgreement(list, first, { ...terms, waitMinutes: 5 });
    expect(second).toMatchObject({ version: 2, waitMinutes: 5 });
    expect(second.previous).toMatch(/^[0-9a-f]{64}$/);
  });

  test("is refused with all that owners cannot have", async () => {
    const list = await listOf(0, 1, 2);
    const terms = termsOf(agreementOf(signers.slice(0, 2)));
    const baseline = { ...terms.config.baseline, enabled: true };
    const config = { ...terms.config, baseline };
    await expect(nextAgreement(list, undefined, { ...terms, config })).rejects.toThrow(
      /partition\.clients.*\n.*baseline/,
    );
    await expect(nextAgreement(await listOf(0), undefined, terms)).rejects.toThrow(/AgreementInvalid|>=2/);
  });
});

describe("a key that replaces another", () => {
  const rotated = async (by: Signer, statement: Record<string, unknown> = {}) => {
    const agreed = agreementOf(signers.slice(0, 3));
    const keys = { signingKey: signer(3).key, exchangeKey: sealingKey(7) };
    const content = rotation.parse({ federation: "clinics", number: 1, ...keys, ...statement });
    const { signature } = await sign("rotation", content, by);
    const replaces = { key: signer(1).key, signature };
    return {
      ...agreed,
      members: agreed.members.map((one) => (one.number === 1 ? { ...one, ...keys, replaces } : one)),
    };
  };

  test("is signed by the old one, for its place in its federation", async () => {
    expect(await unsignedRotations(await rotated(signer(1)))).toEqual([]);
  });

  test.each<[string, number, Record<string, unknown>]>([
    ["by another member", 0, {}],
    ["by the new key itself", 3, {}],
    ["for another federation", 1, { federation: "banks" }],
    ["for another member's place", 1, { number: 2 }],
    ["for another exchange key", 1, { exchangeKey: sealingKey(8) }],
  ])("is not where it is signed %s", async (_, by, statement) => {
    expect(await unsignedRotations(await rotated(signer(by), statement))).toHaveLength(1);
  });
});
