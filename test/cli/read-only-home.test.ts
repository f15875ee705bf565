import { chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { keys } from "../../shared/layout.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** A home with the finished runs a and b, as the endpoints and `fedstep run` leave it, and what a killed process left. */
async function homeOfRuns(): Promise<string> {
  const home = join(temporaryFolder(), "home");
  const bucket = new MemoryBucket();
  for (const run of ["a", "b"]) {
    await claimRun(bucket, run);
    await playRun(bucket, run);
  }
  const put = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), bytes);
  };
  for (const [key, bytes] of bucket.contents) put(join("s3", localBucket, key), bytes);
  put(keys.report("a"), bucket.contents.get(keys.report("a")) ?? "");
  put("s3/.s3/drafts/999999999-mark-0", "half an object");
  put("s3/.s3/process-999999999-mark", "999999999");
  return home;
}

/** Everything below a folder, with when it was last changed: a file that came and went is told by its folder. */
function stateOf(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return ["", ...paths].map((path) => {
    const { size, mtimeNs, ctimeNs } = lstatSync(join(folder, path), { bigint: true });
    return `${path} ${size} ${mtimeNs} ${ctimeNs}`;
  });
}

/** Modes bind everybody but root; what was changed tells of both. */
function forReadingOnly(home: string): void {
  const folders = ["", ...readdirSync(home, { recursive: true, encoding: "utf8" })]
    .map((path) => join(home, path))
    .filter((path) => lstatSync(path).isDirectory());
  for (const folder of folders) chmodSync(folder, 0o500);
  onTestFinished(() => {
    for (const folder of folders) chmodSync(folder, 0o700);
  });
}

test("commands that look at runs leave a home as it is, and need no right to write there", async () => {
  const home = await homeOfRuns();
  const rows = join(temporaryFolder(), "rows.csv");
  writeFileSync(rows, `${Array.from({ length: 12 }, (_, i) => 10 * i).join()}\n`);
  const page = join(temporaryFolder(), "page.html");
  forReadingOnly(home);
  const before = stateOf(home);
  for (const args of [
    ["runs"],
    ["show", "a"],
    ["verify", "a"],
    ["report", "a"],
    ["report", "b", "--html", page],
    ["compare", "a", "b"],
    ["predict", "a", rows],
    ["cost", "a"],
    ["remove", "a"],
  ]) {
    const { code, said } = await fedstep([...args, "--home", home]);
    expect({ args, code, said }).toEqual({ args, code: 0, said: expect.not.stringContaining("Home") });
    expect(stateOf(home), args.join(" ")).toEqual(before);
  }
});

test("a home that is not there is one without runs, and is not made by looking", async () => {
  const folder = temporaryFolder();
  const home = join(folder, "home");
  expect(await fedstep(["runs", "--home", home])).toMatchObject({
    code: 0,
    output: expect.stringMatching(/no runs yet/),
  });
  expect(await fedstep(["show", "a", "--home", home])).toMatchObject({
    code: 2,
    said: expect.stringMatching(/^RunMissing/),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("what is no folder is refused by name", async () => {
  const home = join(temporaryFolder(), "file");
  writeFileSync(home, "");
  const { code, said } = await fedstep(["runs", "--home", home]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/^HomeUnreadable: .*--home/) });
});
