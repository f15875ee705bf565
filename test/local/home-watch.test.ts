import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { HomeWatch } from "../../local/home-watch.ts";

let folder: string;
let home: string;
let watch: HomeWatch;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fedstep-watch-"));
  home = join(folder, "home");
  mkdirSync(home);
  watch = new HomeWatch(home);
  return () => {
    watch.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

const failure = (code: string, errno: number, path?: string) =>
  Object.assign(new Error(code), { code, errno, ...(path !== undefined && { path }) });

test.each([
  ["ENOSPC", -28, "DiskFull", "no space left on device"],
  ["EROFS", -30, "HomeLost", "read-only file system"],
  ["EMFILE", -24, "TooFewFiles", "ulimit -n"],
  ["EAGAIN", -11, "ProcessesRefused", "--environments"],
])("%s ends what works there, by name and with what to do", (code, errno, name, message) => {
  watch.noticed(failure(code, errno));
  expect(watch.broken.reason).toMatchObject({ name, message: expect.stringContaining(message) });
  // what broke first is the reason of what fails afterwards
  expect(watch.explained(new Error("NoSuchBucket"))).toBe(watch.broken.reason);
});

test("a full disk is named by the folder that is full", () => {
  watch.noticed(failure("ENOSPC", -28, "/tmp/fedstep-environment-1"));
  expect(watch.broken.reason.message).toMatch(/^\/tmp takes nothing more/);
});

test.each([
  ["that is no system's", new Error("something else")],
  ["of a file that is not there", failure("ENOENT", -2)],
  ["of a file that somebody may not read, in a home that can be written", failure("EACCES", -13)],
])("an error %s is left as it is", (_, error) => {
  expect(watch.explained(error)).toBe(error);
  expect(watch.broken.aborted).toBe(false);
});

test.each([
  ["removed", () => rmSync(home, { recursive: true })],
  ["moved away", () => renameSync(home, join(folder, "elsewhere"))],
  [
    "replaced by another",
    () => {
      renameSync(home, join(folder, "elsewhere"));
      mkdirSync(home);
    },
  ],
])("a home that is %s is noticed by itself", async (_, change) => {
  change();
  await vi.waitUntil(() => watch.broken.aborted, { timeout: 20_000 });
  expect(watch.broken.reason).toMatchObject({ name: "HomeLost", message: expect.stringContaining(home) });
});
