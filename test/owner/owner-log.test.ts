import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OwnerLog } from "../../owner/owner-log.ts";
import { whileLocked } from "../../owner/storage/lock.ts";
import { headAfter } from "../../shared/owners/log-entry.ts";
import { thisProcess } from "../../system/process-identity.ts";
import { again, at, newHome } from "./homes.ts";

const logOf = (home: string) => join(home, "log.jsonl");

describe("a log", () => {
  test("goes on where it was, and knows whether it has paused", async () => {
    const home = await newHome();
    expect(home.log.paused).toBe(false);
    await home.log.append({ event: "paused" }, at);
    const { log } = await again(home);
    expect(log.paused).toBe(true);
    const last = await log.append({ event: "resumed" }, at);
    expect(log.head).toBe(headAfter(last));
    const reread = await OwnerLog.open(home.storage.log);
    expect(reread.entries).toEqual(log.entries);
    expect(reread.paused).toBe(false);
  });

  test("loses a line that a crash left half, with a note, and nothing before it", async () => {
    const home = await newHome();
    await home.log.append({ event: "paused" }, at);
    const whole = readFileSync(logOf(home.place), "utf8");
    appendFileSync(logOf(home.place), '{"event":"resu');
    const { log } = await again(home);
    expect(log.notes).toEqual([expect.stringContaining("never finished")]);
    expect(log.entries.map(({ event }) => event)).toEqual(["made", "paused"]);
    // who only looks changes nothing
    expect(readFileSync(logOf(home.place), "utf8")).not.toBe(whole);
    await log.append({ event: "resumed" }, at);
    expect(log.notes).toEqual([]);
    expect(readFileSync(logOf(home.place), "utf8").startsWith(whole)).toBe(true);
    expect((await again(home)).log.entries.map(({ event }) => event)).toEqual(["made", "paused", "resumed"]);
  });

  test("knows no time before that of its entries", async () => {
    const { storage, log } = await newHome();
    const later = new Date(at.getTime() + 86_400_000);
    await log.append({ event: "paused" }, later);
    await log.append({ event: "resumed" }, at);
    const reread = await OwnerLog.open(storage.log);
    expect(reread.entries.map((one) => one.at)).toEqual([at, later, later].map((one) => one.toISOString()));
    expect(reread.time(at)).toEqual(later);
    const after = new Date(later.getTime() + 1);
    expect(reread.time(after)).toEqual(after);
  });

  test.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      "a changed entry",
      ([a = "", b = "", ...rest]) => [a, b.replace("paused", "resumed"), ...rest],
      /entry 3 does not go on/,
    ],
    ["an entry taken out", ([a = "", , ...rest]) => [a, ...rest], /entry 2 says that it is number 3/],
    ["entries in another order", ([a = "", b = "", c = ""]) => [a, c, b], /entry 2 says/],
    ["a damaged line in the middle", ([a = "", b = "", c = ""]) => [a, b.slice(2), c], /line 2 is no entry/],
  ])("with %s is refused", async (_, change, message) => {
    const home = await newHome();
    await home.log.append({ event: "paused" }, at);
    await home.log.append({ event: "resumed" }, at);
    const lines = readFileSync(logOf(home.place), "utf8").trimEnd().split("\n");
    writeFileSync(logOf(home.place), `${change(lines).join("\n")}\n`);
    await expect(again(home)).rejects.toMatchObject({
      name: "LogBroken",
      message: expect.stringMatching(message),
    });
  });
});

describe("a lock", () => {
  test("lets one at a time into a home, and is gone afterwards", async () => {
    const { place: folder } = await newHome();
    let inside = 0;
    const work = async () => {
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    const tried = [1, 2, 3].map(() => whileLocked(folder, work, { patienceMs: 0 }));
    const tries = await Promise.allSettled(tried);
    const refused = tries.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({
      name: "OwnerHomeInUse",
      message: expect.stringContaining(String(process.pid)),
    });
    expect(existsSync(join(folder, "lock"))).toBe(false);
    await expect(whileLocked(folder, async () => "done")).resolves.toBe("done");
  });

  test("is waited for while another one has it for a moment, and not after a signal", async () => {
    const { place: folder } = await newHome();
    const order: number[] = [];
    const work = (at: number) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(at);
    };
    await Promise.all([1, 2, 3].map((at) => whileLocked(folder, work(at))));
    expect(order.toSorted()).toEqual([1, 2, 3]);
    await whileLocked(folder, async () => {
      const signal = AbortSignal.timeout(50);
      const waited = whileLocked(folder, work(4), { signal });
      await expect(waited).rejects.toThrow();
    });
    expect(order).toHaveLength(3);
  });

  test("of work that fails is gone too", async () => {
    const { place: folder } = await newHome();
    await expect(whileLocked(folder, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });

  test("of a process that is gone is taken over", async () => {
    const { place: folder } = await newHome();
    // the same number at another time is another process
    writeFileSync(join(folder, "lock"), JSON.stringify({ ...thisProcess(), started: "1" }));
    await expect(whileLocked(folder, async () => "done")).resolves.toBe("done");
  });

  test.each([
    [
      "of another machine",
      () => JSON.stringify({ ...thisProcess(), machine: "elsewhere" }),
      /of another machine/,
    ],
    ["that says nothing", () => "?", /a process is at work/],
  ])("%s is left alone", async (_, text, message) => {
    const { place: folder } = await newHome();
    writeFileSync(join(folder, "lock"), text());
    await expect(whileLocked(folder, async () => "done")).rejects.toThrow(message);
    expect(readFileSync(join(folder, "lock"), "utf8")).toBe(text());
  });
});
