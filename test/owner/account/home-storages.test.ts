import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeHome, openHome, openOrMakeHome } from "../../../owner/home.ts";
import { unlessWithdrawn } from "../../../owner/sending.ts";
import { FolderStorage } from "../../../owner/storage/folder-storage.ts";
import type { HomeStorage } from "../../../owner/storage/home-storage.ts";
import { switchOwner } from "../../../owner/switch.ts";
import { whileChanging } from "../../../owner/while-changing.ts";
import { brokenAt } from "../../../shared/owners/log-entry.ts";
import { at, folder } from "../homes.ts";
import { OwnersAccount } from "./account-homes.ts";

/** A home that is made, and how others open it. */
const storages: Record<string, () => Promise<() => HomeStorage>> = {
  "a folder": async () => {
    const { place } = await makeHome(join(folder(), "home"), "Seoul Clinic", at);
    return () => new FolderStorage(place);
  },
  "a bucket": async () => {
    const account = new OwnersAccount();
    await account.home("Seoul Clinic");
    let opened = 0;
    return () => account.storage(`invocation-${++opened}`);
  },
};

const never = new AbortController().signal;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(Object.entries(storages))("a home in %s", (_, make) => {
  test("is opened by anybody as it was made", async () => {
    const storage = await make();
    const [one, other] = [await openHome(storage()), await openHome(storage())];
    expect(one.owner).toEqual(other.owner);
    expect(one.owner.name).toBe("Seoul Clinic");
    expect(one.log.entries.map(({ event }) => event)).toEqual(["made"]);
    expect(one.log.head).toBe(other.log.head);
  });

  test("has files in folders, each whole, and lists what lies in a folder alone", async () => {
    const opened = (await make())();
    await opened.write("kept/run/a%2Fb", Uint8Array.of(1, 2, 3));
    await opened.write("kept/run/c", "text");
    await opened.write("kept/other/d", "text");
    expect((await opened.list("kept/run")).sort()).toEqual(["a%2Fb", "c"]);
    expect((await opened.list("kept")).sort()).toEqual(["other", "run"]);
    expect(await opened.list("missing")).toEqual([]);
    expect([...((await opened.read("kept/run/a%2Fb")) ?? [])]).toEqual([1, 2, 3]);
    await opened.write("kept/run/c", "another");
    expect(new TextDecoder().decode(await opened.read("kept/run/c"))).toBe("another");
    await opened.remove("kept/run/c");
    expect(await opened.read("kept/run/c")).toBeUndefined();
    await opened.remove("kept/run/c");
  });

  test("keeps one chain of all that several write at once", async () => {
    const storage = await make();
    const writers = Array.from({ length: 5 }, async () => {
      const home = await openHome(storage());
      for (let left = 4; left > 0; left--) {
        await whileChanging(home, () => home.log.append({ event: "paused" }, at));
      }
    });
    await Promise.all(writers);
    const { log } = await openHome(storage());
    expect(log.entries).toHaveLength(21);
    expect(brokenAt(log.entries)).toBeUndefined();
  });

  test("tells by its stamp that something was added", async () => {
    const storage = await make();
    const { log } = storage();
    const before = await log.stamp();
    expect(await log.stamp()).toBe(before);
    await (await openHome(storage())).log.append({ event: "paused" }, at);
    expect(await log.stamp()).not.toBe(before);
  });

  test("lets nothing leave once it has paused, and whoever pauses waits for what is on its way", async () => {
    const storage = await make();
    const events: string[] = [];
    const sending = unlessWithdrawn(
      storage(),
      "clinics",
      async () => {
        events.push("begins");
        await pause(200);
        events.push("ends");
      },
      never,
    );
    while (events.length === 0) await pause(5);
    await switchOwner(storage(), "pause", at);
    events.push("paused");
    await sending;
    expect(events).toEqual(["begins", "ends", "paused"]);
    const refused = await unlessWithdrawn(storage(), "clinics", async () => events.push("late"), never);
    expect(refused).toMatchObject({ refusal: { name: "OwnerPaused" } });
    expect(events).not.toContain("late");
    expect(await switchOwner(storage(), "resume", at)).toBe("jobs are looked at again");
    await expect(unlessWithdrawn(storage(), "clinics", async () => "sent", never)).resolves.toEqual({
      done: "sent",
    });
  });
});

describe("a home in a bucket", () => {
  test("is made once, by however many at once", async () => {
    const account = new OwnersAccount();
    const made = await Promise.all(
      [1, 2, 3, 4].map((id) => openOrMakeHome(account.storage(String(id)), "Seoul Clinic", at)),
    );
    expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    const { log, owner } = await account.open();
    expect(log.entries.map(({ event }) => event)).toEqual(["made"]);
    expect(owner.signingKey).toBe(made[0]?.owner.signingKey);
  });

  test("is not made anew by the keys of one that was lost, and may be where they are gone too", async () => {
    const account = new OwnersAccount();
    await account.home();
    account.bucket.contents.clear();
    const again = () => openOrMakeHome(account.storage(), "Seoul Clinic", at);
    await expect(again()).rejects.toMatchObject({
      name: "OwnerHomeInvalid",
      message: expect.stringContaining("the parameter /fedstep-owner/keys has the keys of a home"),
    });
    expect(account.bucket.contents.size).toBe(0);
    account.keys.file = undefined;
    expect((await again()).log.entries.map(({ event }) => event)).toEqual(["made"]);
  });

  test("is made to the end where that was interrupted, and says where keys are missing", async () => {
    const account = new OwnersAccount();
    const { fingerprint } = await account.home();
    for (const name of ["log.jsonl", "owner.json"]) account.bucket.contents.delete(`home/${name}`);
    expect((await account.home()).fingerprint).toBe(fingerprint);
    account.keys.file = undefined;
    await expect(account.open()).rejects.toMatchObject({
      name: "OwnerHomeInvalid",
      message: expect.stringContaining("the parameter /fedstep-owner/keys is missing"),
    });
  });

  test("is never written over where a person's policy or its keys stand", async () => {
    const account = new OwnersAccount();
    await account.home();
    const before = [account.text("policy.json"), account.text("owner.json")];
    await account.storage().write("policy.json", "{}");
    await account.storage().write("owner.json", "{}");
    expect([account.text("policy.json"), account.text("owner.json")]).toEqual(before);
  });

  test("has a log that is added to only where it is what was read", async () => {
    const account = new OwnersAccount();
    await account.home();
    const [one, other] = [await account.open(), await account.open()];
    await one.log.append({ event: "paused" }, at);
    await expect(other.log.append({ event: "resumed" }, at)).rejects.toThrow("somebody else has changed it");
    // without a look in between, its own line is known to stand
    await one.log.append({ event: "resumed" }, at);
    await other.log.reload();
    await other.log.append({ event: "paused" }, at);
    await expect(one.log.append({ event: "resumed" }, at)).rejects.toThrow("somebody else has changed it");
    const { entries } = (await account.open()).log;
    expect(entries.map(({ event }) => event)).toEqual(["made", "paused", "resumed", "paused"]);
    expect(brokenAt(entries)).toBeUndefined();
  });

  test("is not kept waiting by a marker of an invocation that is gone for certain", async () => {
    const account = new OwnersAccount();
    await account.home();
    const gone = { format: 1, until: new Date(Date.now() - 1).toISOString() };
    account.bucket.contents.set("home/sending/x.json", new TextEncoder().encode(JSON.stringify(gone)));
    await account.storage().untilNothingLeaves();
    account.bucket.contents.set("home/sending/y.json", new TextEncoder().encode("{}"));
    await expect(account.storage().untilNothingLeaves()).rejects.toMatchObject({ name: "OwnerHomeInvalid" });
  });
});
