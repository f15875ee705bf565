import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { acceptanceText, giveAcceptance, prepareAcceptance } from "../../owner/accept.ts";
import { type OwnerHome, openHome } from "../../owner/home.ts";
import { leaveFederation } from "../../owner/leave.ts";
import { outFile } from "../../owner/leaving.ts";
import { rotateKeys } from "../../owner/rotate.ts";
import { readTold } from "../../owner/told.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { wholeLineOf } from "../../shared/owners/heard.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import {
  type MembersRecord,
  memberBy,
  withRequest,
  withRevoked,
  withRotation,
} from "../../shared/owners/members.ts";
import { membershipChanges } from "../../shared/owners/membership-changes.ts";
import { nextAgreement } from "../../shared/owners/next-agreement.ts";
import { openRotated, type Rotated } from "../../shared/owners/rotation.ts";
import { type Signed, sign } from "../../shared/owners/signed.ts";
import { readNamed } from "../../tables/named-path.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { requestOf } from "../shared/owners/asked.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { again, at, folder, newHome, written } from "./homes.ts";

const table = `age,crp,outcome\n${Array.from({ length: 110 }, (_, row) => `${20 + (row % 70)},${row % 5}.5,${row % 2}`).join("\n")}\n`;

interface Scene {
  readonly home: OwnerHome;
  readonly list: MembersRecord;
  readonly first: Agreement;
}

/** Three owners on a coordinator's list, and the first agreement, which the one with a home has accepted. */
async function scene(): Promise<Scene> {
  const home = await newHome();
  const others = await Promise.all([newSigner(), newSigner()]);
  let list: MembersRecord = { federation: "clinics", nextNumber: 0, members: [], heard: [] };
  const { name, exchangeKey } = home.owner;
  const own = requestOf(name, 0, { exchangeKey });
  list = withRequest(list, await sign("request", own, home.keys));
  for (const [number, signer] of others.entries()) {
    list = withRequest(list, await sign("request", requestOf(`other ${number}`, number + 1), signer));
  }
  const first = await propose(list);
  await accept(home, first);
  return { home, list, first };
}

const { schema, config } = agreementOf(await Promise.all([newSigner(), newSigner(), newSigner()]));
const terms = { schema, config, minimumCohort: 3, waitMinutes: 10, door: null, bundles: ["ab".repeat(32)] };
const propose = (list: MembersRecord, before?: Agreement) => nextAgreement(list, before, terms);

async function accept({ place }: OwnerHome, agreed: Agreement) {
  const home = await openHome(place);
  const prepared = await prepareAcceptance(home, {
    versions: [agreed],
    readTable: () => readNamed(written(table), "--data"),
    tellAgain: false,
    at,
  });
  await giveAcceptance(home, prepared, outFile(join(folder(), "acceptance.json")), at);
  return prepared;
}

async function rotate(home: OwnerHome): Promise<Signed<Rotated>> {
  const out = join(folder(), "rotation.json");
  await rotateKeys(await again(home), "clinics", outFile(out), at);
  return openRotated(JSON.parse(readFileSync(out, "utf8")), out);
}

const ringOf = ({ place }: OwnerHome) => JSON.parse(readFileSync(join(place, "keys.json"), "utf8"));

describe("an owner that takes new keys", () => {
  test("signs the next version by the new one, on its old seat, and tells again what it told", async () => {
    const { home, list, first } = await scene();
    const before = home.keys.key;
    const rotated = await rotate(home);
    expect(rotated.key).not.toBe(before);
    // by the old one as long as that stands in the agreement
    expect((await accept(home, first)).acceptance.key).toBe(before);
    const after = withRotation(list, rotated);
    expect(memberBy(after, before)).toMatchObject({ number: 0, signingKey: rotated.key });
    const second = await propose(after, first);
    expect(membershipChanges(first, second)).toEqual([
      expect.stringMatching(`Seoul Clinic has new keys.*${fingerprintOf(rotated.key)}`),
    ]);
    const prepared = await accept(home, second);
    expect(prepared.acceptance.key).toBe(rotated.key);
    expect(acceptanceText(prepared)).toContain("has new keys, which its old one has signed");
    expect(prepared.acceptance.content.description).toEqual((await lastTold(home)).description);
    // nothing is left by which the old key could be used
    expect(Object.keys(ringOf(home))).not.toContain("before");
    const { log, owner } = await again(home);
    expect(owner.signingKey).toBe(rotated.key);
    expect(log.entries.map(({ event }) => event)).toEqual(["made", "agreed", "rotated", "agreed", "agreed"]);
    // a version without it goes on from there
    const third = await nextAgreement(after, second, { ...terms, waitMinutes: 20 });
    expect((await accept(home, third)).acceptance.key).toBe(rotated.key);
    // and so do the next new keys
    const further = withRotation(after, await rotate(home));
    expect(memberBy(further, before)?.number).toBe(0);
    await expect(propose(further, third)).resolves.toMatchObject({ version: 4 });
  });

  test("has both keys whenever its process ends, and tells the same new ones again", async () => {
    const { home, list, first } = await scene();
    const [ownerFile, log] = ["owner.json", "log.jsonl"].map((name) => join(home.place, name)) as [
      string,
      string,
    ];
    const copies = [ownerFile, log].map((path) => {
      const copy = join(folder(), "copy");
      copyFileSync(path, copy);
      return copy;
    }) as [string, string];
    const lost = await rotate(home);
    // as if it had ended once keys.json was written
    copyFileSync(copies[0], ownerFile);
    copyFileSync(copies[1], log);
    const found = await again(home);
    expect([found.keys.key, found.keysBefore?.key]).toEqual([lost.key, home.keys.key]);
    expect((await accept(home, first)).acceptance.key).toBe(home.keys.key);
    const rotated = await rotate(home);
    expect(rotated.key).toBe(lost.key);
    const second = await propose(withRotation(list, rotated), first);
    expect((await accept(home, second)).acceptance.key).toBe(lost.key);
    // told once more, as by an owner that has lost the file, it changes no member
    const told = withRotation(list, lost);
    const later = await sign("rotated", { ...lost.content, statement: 9 }, (await again(home)).keys);
    expect(withRotation(told, later).members).toEqual(told.members);
    expect(withRotation(told, lost)).toEqual(told);
  });

  test("of another home is found, whichever of the two it names", async () => {
    const { home } = await scene();
    await rotate(home);
    const stranger = await newHome("Busan Clinic");
    writeFileSync(join(home.place, "keys.json"), readFileSync(join(stranger.place, "keys.json")));
    await expect(again(home)).rejects.toMatchObject({ name: "OwnerHomeInvalid" });
  });

  test("takes no further ones before the agreement has these, and leaves by them", async () => {
    const { home, list } = await scene();
    const rotated = await rotate(home);
    expect((await rotate(home)).key).toBe(rotated.key);
    const out = join(folder(), "leave.json");
    await leaveFederation(await again(home), "clinics", outFile(out), at);
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ key: rotated.key });
    expect(memberBy(withRotation(list, rotated), rotated.key)).toBeDefined();
    await expect(rotateKeys(await again(home), "clinics", outFile(out), at)).rejects.toMatchObject({
      name: "OwnerInvalid",
    });
  });
});

describe("a coordinator", () => {
  const refused = (name: string) => expect.objectContaining({ name });

  test("takes nothing any more that the old key signs, nor new keys that it has not signed", async () => {
    const { home, list } = await scene();
    const old = home.keys;
    const rotated = await rotate(home);
    const after = withRotation(list, rotated);
    const request = await sign("request", requestOf(home.owner.name, 0, { statement: 99 }), old);
    expect(() => withRequest(after, request)).toThrow(refused("KeyRevoked"));
    const forged = { ...rotated.content, number: 1 };
    const { keys } = await again(home);
    await expect(openRotated(await sign("rotated", forged, keys), "x.json")).rejects.toThrow(
      /has not signed the new ones/,
    );
    // whose seat it is, the list says
    expect(() => withRotation({ ...list, members: list.members.slice(1) }, rotated)).toThrow(
      refused("SignatureInvalid"),
    );
    // older than what the old key has said since
    const asked = await sign("request", { ...requestOf(home.owner.name, 0), statement: 50 }, old);
    const since = withRequest(list, {
      ...asked,
      content: { ...asked.content, exchangeKey: home.owner.exchangeKey },
    });
    expect(() => withRotation(since, rotated)).toThrow(refused("StatementReplayed"));
  });

  test("revokes a key that is lost: its owner joins anew, as another number, which the others see", async () => {
    const { home, list, first } = await scene();
    const revoked = withRevoked(list, home.keys.key);
    expect(memberBy(revoked, home.keys.key)).toBeUndefined();
    const request = async (statement: number, signer = home.keys as Parameters<typeof sign>[2], number = 9) =>
      sign("request", requestOf(home.owner.name, number, { statement }), signer);
    const later = await request(99);
    expect(() => withRequest(revoked, later)).toThrow(refused("KeyRevoked"));
    const rotated = await rotate(home);
    expect(() => withRotation(revoked, rotated)).toThrow(refused("KeyRevoked"));
    const joined = withRequest(revoked, await request(2, await newSigner()));
    expect(joined.members.map(({ number }) => number)).toEqual([1, 2, 3]);
    const second = await propose(joined, first);
    const changes = membershipChanges(first, second);
    expect(changes).toHaveLength(2);
    expect(changes[0]).toMatch(
      /Seoul Clinic is new: .*whoever was called so before.*has not signed the new one/,
    );
    expect(changes[1]).toMatch(`Seoul Clinic is gone: ${home.fingerprint}`);
  });
});

test("revoking any key of an owner ends all of them, as the one that a thief has taken in its place", async () => {
  const { home, list } = await scene();
  const old = home.keys;
  const rotated = await rotate(home);
  const stolen = withRotation(list, rotated);
  const revoked = withRevoked(stolen, old.key);
  expect(revoked.members.map(({ number }) => number)).toEqual([1, 2]);
  const { keys } = await again(home);
  for (const key of [old, keys]) {
    const request = await sign("request", requestOf(home.owner.name, 9, { statement: 99 }), key);
    expect(() => withRequest(revoked, request)).toThrow(expect.objectContaining({ name: "KeyRevoked" }));
  }
  // whose updates are to be deleted is known still
  expect(wholeLineOf(revoked.heard, old.key)).toEqual([keys.key, old.key]);
});

async function lastTold(home: OwnerHome) {
  const [told] = await readTold(await again(home));
  if (!told) throw new Error("nothing was told");
  return told;
}
