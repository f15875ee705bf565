import { expect, test } from "vitest";
import { takeLeave } from "../../../cli/federation/take-leave.ts";
import { keys } from "../../../shared/layout.ts";
import { sign } from "../../../shared/owners/signed.ts";
import { changeMembers } from "../../../storage/federation-objects.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimOwnersRun, testOwners } from "../../functions/owners.ts";
import { preparedRun } from "../../functions/played-run.ts";
import { requestOf } from "../../shared/owners/asked.ts";

test("of an owner that leaves what its key has sent is deleted, in each of the federation's runs and in no other", async () => {
  const bucket = new MemoryBucket();
  const owners = await testOwners();
  const agreed = await claimOwnersRun(bucket, "clinics.first", owners);
  await preparedRun(bucket, { run: "clinics.first" });
  await bucket.objects.putRecord(keys.config("clinics.planless"), {});
  await changeMembers(bucket.objects, "clinics", () => ({
    federation: "clinics",
    nextNumber: 3,
    members: agreed.members.map((one) => {
      const { policySha256, schema } = requestOf(one.name, one.number);
      return { ...one, policySha256, schema, tags: [] };
    }),
  }));
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
  const leaving = await sign("leave", { format: 1, leaves: "clinics", name: "owner 1" } as const, signer);
  const left = await takeLeave(bucket.objects, leaving);
  expect(left).toEqual({ removed: true, runs: ["clinics.first"], unread: [] });
  expect(own.filter((key) => bucket.contents.has(key))).toEqual([]);
  expect(others.filter((key) => !bucket.contents.has(key))).toEqual([]);
  expect(bucket.contents.has(keys.plan("clinics.first"))).toBe(true);
  // whoever takes it in again deletes what came since
  put(own[0] ?? "");
  expect(await takeLeave(bucket.objects, leaving)).toMatchObject({ removed: false });
  expect(bucket.contents.has(own[0] ?? "")).toBe(false);
});
