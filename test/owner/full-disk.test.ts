import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { OwnerLog } from "../../owner/owner-log.ts";
import { again, at, newHome } from "./homes.ts";

/** How much of a line the disk still takes; null: all of it. */
const disk = vi.hoisted(() => ({ takes: null as number | null, truncates: true }));
beforeEach(() => Object.assign(disk, { takes: null, truncates: true }));

const full = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    open: async (path: string, ...rest: [string, number]) => {
      const file = await real.open(path, ...rest);
      const { takes } = disk;
      if (takes === null || !path.endsWith("log.jsonl")) return file;
      return {
        writeFile: async (line: Uint8Array) => {
          await file.writeFile(line.subarray(0, takes));
          throw full();
        },
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
    truncate: (path: string, length: number) =>
      disk.truncates ? real.truncate(path, length) : Promise.reject(full()),
  };
});

test.each([
  ["and what was half written is cut", true, 20],
  ["and what could not be cut is cut later", false, 20],
  ["and a whole line that was not written for certain does not count", false, 10_000],
])("a log goes on after a write that failed, %s", async (_, truncates, takes) => {
  const { storage, log } = await newHome();
  Object.assign(disk, { takes, truncates });
  await expect(log.append({ event: "paused" }, at)).rejects.toThrow("ENOSPC");
  await expect(log.append({ event: "paused" }, at)).rejects.toThrow("ENOSPC");
  expect(log.paused).toBe(false);
  Object.assign(disk, { takes: null, truncates: true });
  await log.append({ event: "paused" }, at);
  await log.append({ event: "resumed" }, at);
  const reread = await OwnerLog.open(storage.log);
  expect(reread.entries.map(({ event }) => event)).toEqual(["made", "paused", "resumed"]);
  expect(reread.notes).toEqual([]);
});

test("whoever opens the home after that finds it whole", async () => {
  const home = await newHome();
  const before = readFileSync(join(home.place, "log.jsonl"), "utf8");
  Object.assign(disk, { takes: 20 });
  await expect(home.log.append({ event: "paused" }, at)).rejects.toThrow("ENOSPC");
  expect(readFileSync(join(home.place, "log.jsonl"), "utf8")).toBe(before);
  Object.assign(disk, { takes: 20, truncates: false });
  await expect(home.log.append({ event: "paused" }, at)).rejects.toThrow("ENOSPC");
  Object.assign(disk, { takes: null, truncates: true });
  const { log } = await again(home);
  await log.append({ event: "paused" }, at);
  expect((await again(home)).log.entries.map(({ event }) => event)).toEqual(["made", "paused"]);
});
