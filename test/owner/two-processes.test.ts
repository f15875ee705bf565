import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { again, newHome } from "./homes.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const moduleOf = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Writes some lines into the log, each as a process of its own would, and waits where another one is at work. */
const script = (home: string) => `
  const { whileLocked } = await import(${moduleOf("../../owner/storage/lock.ts")});
  const { OwnerLog } = await import(${moduleOf("../../owner/owner-log.ts")});
  const { FolderStorage } = await import(${moduleOf("../../owner/storage/folder-storage.ts")});
  const { log } = new FolderStorage(${JSON.stringify(home)});
  for (let left = 10; left > 0; ) {
    try {
      await whileLocked(${JSON.stringify(home)}, async () => {
        await (await OwnerLog.open(log)).append({ event: "paused" }, new Date());
      });
      left--;
    } catch (error) {
      if (error.name !== "OwnerHomeInUse") throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  process.kill(process.pid, "SIGKILL");
`;

test("processes that write to one home leave one chain with all that they wrote", {
  timeout: 120_000,
}, async () => {
  const home = await newHome();
  const ends = [1, 2, 3].map(async () => {
    const args = ["--import", "tsx", "--input-type=module", "-e", script(home.place)];
    const child = spawn(process.execPath, args, { cwd: repository, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text) => {
      said += text;
    });
    const [, signal] = await once(child, "close");
    return { signal, said };
  });
  for (const { signal, said } of await Promise.all(ends)) expect(signal, said).toBe("SIGKILL");
  const { log } = await again(home);
  expect(log.entries).toHaveLength(1 + 3 * 10);
  expect(existsSync(join(home.place, "lock"))).toBe(false);
});
