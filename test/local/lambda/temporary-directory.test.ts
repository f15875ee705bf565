import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test, vi } from "vitest";
import {
  makeTemporaryDirectory,
  sweepTemporaryDirectories,
} from "../../../local/lambda/temporary-directory.ts";
import { temporaryFolder, toyLambda } from "./toy-functions.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv("TMPDIR", folder.path);
  return async () => {
    vi.unstubAllEnvs();
    await folder[Symbol.asyncDispose]();
  };
});

// tsx has a cache there too
const left = () =>
  readdirSync(folder.path)
    .filter((name) => !name.startsWith("tsx-"))
    .sort();
/** What another process would have called its own, where parts of the name are its. */
const named = (own: string, changed: (parts: string[]) => string[]) =>
  ["fedstep", "environment", ...changed(own.split("-").slice(2))].join("-");

test("what a killed process has left goes at the next start, and nothing that is in use", async () => {
  const modulePath = JSON.stringify(
    new URL("../../../local/lambda/temporary-directory.ts", import.meta.url).href,
  );
  const script = join(folder.path, "killed.mts");
  writeFileSync(
    script,
    `import { makeTemporaryDirectory } from ${modulePath};
     process.stdout.write(makeTemporaryDirectory());
     setInterval(() => {}, 1_000);`,
  );
  const cwd = fileURLToPath(new URL("../../../", import.meta.url));
  const other = spawn(process.execPath, ["--import", "tsx", script], { cwd, env: process.env });
  const [path] = await once(other.stdout, "data");
  writeFileSync(join(String(path), "weights"), "what the function wrote");
  const own = makeTemporaryDirectory();
  const both = [basename(String(path)), basename(own), "killed.mts"].sort();
  await sweepTemporaryDirectories();
  expect(left()).toEqual(both);
  other.kill("SIGKILL");
  await once(other, "exit");
  await sweepTemporaryDirectories();
  expect(left()).toEqual([basename(own), "killed.mts"].sort());
});

test("a directory is judged by the start of its process and by its machine, and others are left alone", async () => {
  const own = basename(makeTemporaryDirectory());
  const zeros = "000000000000";
  const reused = named(own, ([pid = "", , ...rest]) => [pid, zeros, ...rest]);
  const elsewhere = named(own, ([pid = "", started = "", , mark = ""]) => [pid, started, zeros, mark]);
  const old = named(own, ([pid = "", started = ""]) => [pid, started, zeros, "abcdef"]);
  const strangers = ["fedstep-environment-mine", "fedstep-study", "notes"];
  for (const name of [reused, elsewhere, old, ...strangers]) mkdirSync(join(folder.path, name));
  const before = Date.now() / 1000 - 25 * 60 * 60;
  utimesSync(join(folder.path, old), before, before);
  // what a directory only leads to is not its own
  const kept = mkdtempSync(join(tmpdir(), "kept-"));
  writeFileSync(join(kept, "file"), "");
  symlinkSync(kept, join(folder.path, reused, "link"));
  await sweepTemporaryDirectories();
  expect(left()).toEqual([own, elsewhere, basename(kept), ...strangers].sort());
  expect(readdirSync(kept)).toEqual(["file"]);
});

test("the next start is that of an endpoint", async () => {
  const gone = named(basename(makeTemporaryDirectory()), ([pid = "", , ...rest]) => [
    pid,
    "000000000000",
    ...rest,
  ]);
  mkdirSync(join(folder.path, gone));
  await using _ = await toyLambda(async () => []);
  expect(left()).not.toContain(gone);
});
