import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { keys } from "../../shared/layout.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const bin = fileURLToPath(new URL("../../bin/fedstep.mjs", import.meta.url));
const settings = ["baseline.epochs=1", "dataset.limit=600"];

// the stack is synthesized beforehand, so that the runs begin at once
beforeAll(async () => {
  const small = settings.flatMap((set) => ["--set", set]);
  const args = ["run", "--preset", "smoke", "--rounds", "1", "--home", sharedHome(), ...small];
  expect(await fedstep(args)).toMatchObject({ code: 0 });
});

/** A run, which would take minutes if it were let, in a process and a home of its own. */
function start(home: string, limit = "", rounds = 400) {
  mkdirSync(home, { recursive: true });
  symlinkSync(join(sharedHome(), "assemblies"), join(home, "assemblies"));
  const temporary = mkdtempSync(join(sharedHome(), "tmp-"));
  const sets = [`federation.rounds=${rounds}`, ...settings].map((set) => `--set ${set}`).join(" ");
  const line = `${limit} exec ${process.execPath} ${bin} run --preset smoke --name r --home ${home} ${sets}`;
  const child = spawn("/bin/sh", ["-c", line], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      FEDSTEP_DATA: "",
      FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/",
      TMPDIR: temporary,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = once(child, "close").then(([code]) => ({ code, said }));
  /** Each has a directory as long as it lives; and what a process of ours has open says that it lives. */
  const environments = () => readdirSync(temporary).filter((name) => name.startsWith("fedstep-environment-"));
  return { pid: child.pid ?? 0, ended, environments };
}

const oneError = (name: string) => new RegExp(`^${name}: [^\\n]+\\n$`, "m");

async function reachedRound(home: string, round: number): Promise<void> {
  const metrics = join(home, "s3", localBucket, keys.roundMetrics("r", round));
  await vi.waitUntil(() => existsSync(metrics), { timeout: 240_000, interval: 20 });
}

test("a run whose home is removed ends, with its environments, by a named error", async () => {
  const home = join(temporaryFolder(), "home");
  const { ended, environments } = start(home);
  await reachedRound(home, 1);
  // all at once: a folder that is written to meanwhile cannot be emptied
  renameSync(home, `${home}-removed`);
  const { code, said } = await ended;
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(oneError("HomeLost")) });
  expect(said).not.toMatch(/ {4}at /);
  expect(environments()).toEqual([]);
});

const fewFiles = "ulimit -n 64;";
const fewAddresses = "ulimit -v 2000000;";

/** Node.js 24 gets along without the addresses that those before it reserve for WebAssembly. */
function getsAlong(): boolean {
  const line = `${fewAddresses} exec ${process.execPath} -e "new WebAssembly.Memory({ initial: 1 })"`;
  return spawnSync("/bin/sh", ["-c", line]).status === 0;
}

test.each<readonly [string, string, string]>([
  ["open too few files", fewFiles, "TooFewFiles"],
  ...(getsAlong() ? [] : [["take too few addresses", fewAddresses, "WebAssemblyUnavailable"] as const]),
])("a run that may %s says which limit to raise", async (_, limit, name) => {
  const { code, said } = await start(join(temporaryFolder(), "home"), limit).ended;
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(oneError(name)) });
  expect(said.split("\n")).toHaveLength(2);
});

test.skipIf(!getsAlong())(
  "a run that may take few addresses, and can, ends as any other (needs Node.js 24)",
  async () => {
    const { code, said } = await start(join(temporaryFolder(), "home"), fewAddresses, 1).ended;
    expect({ code, said }).toMatchObject({ code: 0 });
  },
);

/** Whether this user may make a small disk. */
function smallDisk(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function canMount(): boolean {
  const probe = mkdtempSync(join("/tmp", "fedstep-mount-"));
  const made = process.platform === "linux" && smallDisk(probe);
  if (made) execFileSync("umount", [probe]);
  rmSync(probe, { recursive: true });
  return made;
}

describe.skipIf(!canMount())("on a small disk (needs the right to mount one)", () => {
  test("a run that fills it ends by a named error, and is resumed once there is room", async () => {
    const disk = temporaryFolder();
    expect(smallDisk(disk)).toBe(true);
    onTestFinished(() => void execFileSync("umount", ["-l", disk]));
    const home = join(disk, "home");
    const { ended, environments } = start(home);
    const { code, said } = await ended;
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(oneError("DiskFull")) });
    expect(said).not.toMatch(/ {4}at /);
    expect(environments()).toEqual([]);
    execFileSync("mount", ["-o", "remount,size=200m", disk]);
    const { output } = await fedstep(["show", "r", "--home", home, "--json"]);
    expect(JSON.parse(output)).toMatchObject({ finished: false });
    const record = join(home, "executions", "r.json");
    expect(JSON.parse(readFileSync(record, "utf8"))).toMatchObject({ name: "r" });
  });
});
