import { describe, expect, test } from "vitest";
import { federationKeys } from "../../shared/layout.ts";
import type { MembersRecord } from "../../shared/owners/members.ts";
import { sign } from "../../shared/owners/signed.ts";
import {
  acceptedBy,
  changeMembers,
  lastAgreement,
  putAcceptance,
  putAgreement,
  readMembers,
} from "../../storage/federation-objects.ts";
import { sealRecord } from "../../storage/sealed-records.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { acceptanceOf } from "../shared/owners/asked.ts";
import { newSigner } from "../shared/owners/keys.ts";

const empty: MembersRecord = { federation: "clinics", nextNumber: 0, members: [], heard: [] };
const next = (before = empty): MembersRecord => ({ ...before, nextNumber: before.nextNumber + 1 });

describe("a coordinator's list", () => {
  test("is made, and changed", async () => {
    const { objects } = new MemoryBucket();
    expect(await readMembers(objects, "clinics")).toBeUndefined();
    await changeMembers(objects, "clinics", next);
    await changeMembers(objects, "clinics", next);
    expect(await readMembers(objects, "clinics")).toMatchObject({ nextNumber: 2 });
  });

  test.each([0, 1])(
    "loses no change of another coordinator at the same time, after %i changes",
    async (before) => {
      const { objects } = new MemoryBucket();
      for (let i = 0; i < before; i++) await changeMembers(objects, "clinics", next);
      await Promise.all([1, 2, 3].map(() => changeMembers(objects, "clinics", next)));
      expect(await readMembers(objects, "clinics")).toMatchObject({ nextNumber: before + 3 });
    },
  );

  test("that never stands still is given up by name", async () => {
    const bucket = new MemoryBucket();
    const key = federationKeys.members("clinics");
    const texts = await Promise.all(
      [1, 2].map(async (nextNumber) => (await sealRecord(key, { ...empty, nextNumber })).text),
    );
    let changes = 0;
    const meddled = changeMembers(bucket.objects, "clinics", () => {
      bucket.contents.set(key, new TextEncoder().encode(texts[changes++ % 2]));
      return next();
    });
    await expect(meddled).rejects.toMatchObject({ name: "FederationBusy" });
    expect(await readMembers(bucket.objects, "clinics")).toMatchObject({ nextNumber: 1 });
  });

  test("that was changed by hand is refused", async () => {
    const bucket = new MemoryBucket();
    await changeMembers(bucket.objects, "clinics", next);
    const key = federationKeys.members("clinics");
    const text = new TextDecoder().decode(bucket.contents.get(key));
    bucket.contents.set(key, new TextEncoder().encode(text.replace('"nextNumber": 1', '"nextNumber": 0')));
    await expect(changeMembers(bucket.objects, "clinics", next)).rejects.toMatchObject({
      name: "ObjectInvalid",
    });
  });
});

describe("what is signed", () => {
  test("is written once: no version becomes another one", async () => {
    const { objects } = new MemoryBucket();
    const first = agreementOf(await Promise.all([newSigner(), newSigner()]));
    const tenth = { ...first, version: 10, previous: "0".repeat(64) };
    await putAgreement(objects, first);
    await putAgreement(objects, tenth);
    expect(await lastAgreement(objects, "clinics")).toEqual(tenth);
    await expect(putAgreement(objects, { ...first, waitMinutes: 1 })).rejects.toMatchObject({
      name: "ObjectTaken",
    });
  });

  test("by an owner stands in the words that it signed first", async () => {
    const { objects } = new MemoryBucket();
    const signers = await Promise.all([newSigner(), newSigner()]);
    const agreed = agreementOf(signers);
    const [one] = signers;
    if (!one) throw new Error("nobody signs");
    const content = acceptanceOf(agreed, "owner 0");
    await putAcceptance(objects, await sign("acceptance", content, one));
    await putAcceptance(objects, await sign("acceptance", content, one));
    expect(await acceptedBy(objects, "clinics", 1)).toHaveLength(1);
    const other = { ...content, policySha256: "ef".repeat(32) };
    await expect(putAcceptance(objects, await sign("acceptance", other, one))).rejects.toMatchObject({
      name: "ObjectTaken",
      message: expect.stringMatching(/propose a next version/),
    });
    expect(await acceptedBy(objects, "clinics", 2)).toEqual([]);
  });
});
