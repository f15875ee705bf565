import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { keys } from "../../shared/layout.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** Files that the system refuses to open: modes would bind everybody but root. */
const closed = vi.hoisted(() => new Set<string>());

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const openSync: typeof fs.openSync = (path, ...how) => {
    if (!closed.has(String(path))) return fs.openSync(path, ...how);
    const denial = { code: "EACCES", errno: -13, syscall: "open", path };
    throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), denial);
  };
  return { ...fs, openSync };
});

beforeEach(() => closed.clear());

/** A home with runs that have finished, and one that has only begun. */
async function homeOfRuns(): Promise<string> {
  const home = join(temporaryFolder(), "home");
  const bucket = new MemoryBucket();
  for (const run of ["hurt", "other", "sound"]) {
    await claimRun(bucket, run);
    await playRun(bucket, run);
  }
  await claimRun(bucket, "begun");
  for (const [key, bytes] of bucket.contents) {
    const path = join(home, "s3", localBucket, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return home;
}

const listed = async (home: string) => {
  const { code, output } = await fedstep(["runs", "--home", home, "--json"]);
  expect(code).toBe(0);
  const runs: { run: string; damaged: string[] }[] = JSON.parse(output);
  return new Map(runs.map((one) => [one.run, one]));
};

describe.each(["config", "result"] as const)("a %s.json that this user may not read", (record) => {
  test("hides no other run, and is named with the reason beside its own", async () => {
    const home = await homeOfRuns();
    const before = await listed(home);
    const path = (run: string) => join(home, "s3", localBucket, keys[record](run));
    closed.add(path("hurt")).add(path("other"));
    const after = await listed(home);
    for (const run of ["sound", "begun"]) expect(after.get(run)).toEqual(before.get(run));
    for (const run of ["hurt", "other"]) {
      const reason = `HomeUnreadable: ${path(run)} cannot be read (permission denied)`;
      expect(after.get(run)?.damaged).toEqual([expect.stringContaining(reason)]);
    }
  });

  test("stops a command that is about that run alone", async () => {
    const home = await homeOfRuns();
    closed.add(join(home, "s3", localBucket, keys[record]("hurt")));
    expect(await fedstep(["show", "hurt", "--home", home])).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^HomeUnreadable: /),
    });
  });
});
