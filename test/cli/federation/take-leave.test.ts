import { expect, test } from "vitest";
import { deleteUpdates, takeLeave } from "../../../cli/federation/take-leave.ts";
import { keys } from "../../../shared/layout.ts";
import { fingerprintOf } from "../../../shared/owners/identity.ts";
import { withRequest, withRevoked } from "../../../shared/owners/members.ts";
import { sign } from "../../../shared/owners/signed.ts";
import { changeMembers, readMembers } from "../../../storage/federation-objects.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimOwnersRun, testOwners } from "../../functions/owners.ts";
import { preparedRun } from "../../functions/played-run.ts";
import { requestOf } from "../../shared/owners/asked.ts";
import { newSigner } from "../../shared/owners/keys.ts";

test("of an owner that leaves what its key has sent is deleted, in each of the federation's runs and in no other", async () => {
  const bucket = new MemoryBucket();
  const owners = await testOwners();
  const agreed = await claimOwnersRun(bucket, "clinics.first", owners);
  await preparedRun(bucket, { run: "clinics.first" });
  await bucket.objects.putRecord(keys.config("clinics.planless"), {});
  const list = () => ({
    federation: "clinics",
    nextNumber: 3,
    members: agreed.members.map((one) => {
      const { policySha256, schema } = requestOf(one.name, one.number);
      return { ...one, policySha256, schema, tags: [] };
    }),
    heard: [],
  });
  await changeMembers(bucket.objects, "clinics", list);
  const put = (key: string) => bucket.contents.set(key, new Uint8Array(1));
  const own = [1, 2].map((round) => keys.update("clinics.first", round, 1, round));
  const others = [
    ...[0, 2].map((client) => keys.update("clinics.first", 1, client)),
    keys.update("clinics.planless", 1, 1),
    keys.update("banks.first", 1, 1),
  ];
  for (const key of [...own, ...others]) put(key);
  const signer = owners[1]?.signer;
  if (!signer) throw new Error("there are three owners");
  const leaving = await sign(
    "leave",
    { format: 1, leaves: "clinics", name: "owner 2", statement: 3 } as const,
    signer,
  );
  const left = await takeLeave(bucket.objects, leaving);
  expect(left).toMatchObject({ removed: "owner 1", runs: ["clinics.first"], unread: [] });
  expect(own.filter((key) => bucket.contents.has(key))).toEqual([]);
  expect(others.filter((key) => !bucket.contents.has(key))).toEqual([]);
  expect(bucket.contents.has(keys.plan("clinics.first"))).toBe(true);
  // whoever takes it in again deletes what came since
  put(own[0] ?? "");
  expect(await takeLeave(bucket.objects, leaving)).toMatchObject({ removed: null });
  expect(bucket.contents.has(own[0] ?? "")).toBe(false);
  // not once it has joined anew
  put(own[0] ?? "");
  const request = await sign("request", requestOf("owner 1", 1, { statement: 4 }), signer);
  const joined = await changeMembers(bucket.objects, "clinics", (now) => withRequest(now ?? list(), request));
  expect(joined.members.map(({ name, number }) => [name, number]).at(-1)).toEqual(["owner 1", 3]);
  await expect(takeLeave(bucket.objects, leaving)).rejects.toMatchObject({
    name: "StatementReplayed",
    message: expect.stringMatching(/owner 1: this is statement 3 of that key, and its statement 4/),
  });
  expect(bucket.contents.has(own[0] ?? "")).toBe(true);
  expect((await readMembers(bucket.objects, "clinics"))?.members).toHaveLength(3);
  // a coordinator that revokes the key has them deleted for the owner, who can sign nothing more
  await changeMembers(bucket.objects, "clinics", (now) => withRevoked(now ?? list(), signer.key));
  expect(await deleteUpdates(bucket.objects, "clinics", [signer.key])).toEqual({
    runs: ["clinics.first"],
    unread: [],
  });
  expect(bucket.contents.has(own[0] ?? "")).toBe(false);
  expect(others.filter((key) => !bucket.contents.has(key))).toEqual([]);
});

test("a leave file of a key that nobody has asked to join by says so, and takes nobody off", async () => {
  const bucket = new MemoryBucket();
  const owners = await testOwners();
  await claimOwnersRun(bucket, "clinics.first", owners);
  await changeMembers(bucket.objects, "clinics", () => ({
    ...{ federation: "clinics", nextNumber: 3, members: [], heard: [] },
  }));
  const stranger = await newSigner();
  const leaving = await sign(
    "leave",
    { format: 1, leaves: "clinics", name: "owner 1", statement: 3 } as const,
    stranger,
  );
  await expect(takeLeave(bucket.objects, leaving)).rejects.toMatchObject({
    name: "SignatureInvalid",
    message: expect.stringContaining(fingerprintOf(stranger.key)),
  });
});
