import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { keys } from "../../shared/layout.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const bin = fileURLToPath(new URL("../../bin/fedstep.mjs", import.meta.url));
const small = ["federation.rounds=400", "baseline.epochs=1", "dataset.limit=600"];

// the stack is synthesized beforehand, so that the commands begin at once
beforeAll(async () => {
  const sets = small.slice(1).flatMap((set) => ["--set", set]);
  const args = ["run", "--preset", "smoke", "--rounds", "1", "--home", sharedHome(), ...sets];
  expect(await fedstep(args)).toMatchObject({ code: 0 });
});

/** A command that would go on for minutes, with what tells that it is at work. */
interface LongCommand {
  readonly args: readonly string[];
  atWork(): boolean;
}

const filesBelow = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];

const longCommands: Readonly<Record<string, (home: string) => LongCommand>> = {
  run: (home) => ({
    args: ["run", "--preset", "smoke", "--name", "r", ...small.flatMap((set) => ["--set", set])],
    atWork: () => existsSync(join(home, "s3", localBucket, keys.roundMetrics("r", 1))),
  }),
  study: (home) => {
    const file = join(temporaryFolder(), "study.json");
    const config = { federation: { rounds: 400 }, baseline: { epochs: 1 }, dataset: { limit: 600 } };
    writeFileSync(file, JSON.stringify({ name: "s", preset: "smoke", config, seeds: [1] }));
    return {
      args: ["study", file],
      atWork: () => filesBelow(join(home, "s3")).some((path) => /round.*metrics/.test(path)),
    };
  },
  emulator: (home) => ({
    args: ["emulator", "--port", "0"],
    atWork: () => filesBelow(join(home, "s3")).some((path) => path === localBucket),
  }),
};

/** Starts a program in a terminal of its own; that is closed when the standard input ends. Answers how the program ended. */
const inTerminal = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    for ready in select.select([0, terminal], [], [])[0]:
        if not os.read(ready, 4096):
            break
    else:
        continue
    break
os.close(terminal)
status = os.waitpid(pid, 0)[1]
print(os.WTERMSIG(status) and -os.WTERMSIG(status) or os.WEXITSTATUS(status))
`;

function hasTerminals(): boolean {
  try {
    execFileSync("python3", ["-c", "import pty"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Such a command as far as it is at work, in a home of its own. */
async function start(name: string, terminal: boolean) {
  const home = join(temporaryFolder(), "home");
  mkdirSync(home);
  symlinkSync(join(sharedHome(), "assemblies"), join(home, "assemblies"));
  const { args, atWork } = longCommands[name]?.(home) ?? { args: [], atWork: () => false };
  const temporary = mkdtempSync(join(sharedHome(), "tmp-"));
  const line = [process.execPath, bin, ...args, "--home", home];
  const [program = "", ...rest] = terminal ? ["python3", "-c", inTerminal, ...line] : line;
  const child = spawn(program, rest, {
    env: {
      ...process.env,
      FEDSTEP_DATA: "",
      FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/",
      TMPDIR: temporary,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [output, said] = ["", ""];
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (said += text));
  const closed = once(child, "close").then(([code, signal]) => ({ code, signal, output, said }));
  await vi.waitUntil(atWork, { timeout: 240_000, interval: 20 });
  return {
    child,
    closed,
    /** Each has a directory as long as it lives. */
    environments: () => readdirSync(temporary).filter((name) => name.startsWith("fedstep-environment-")),
  };
}

describe.each(Object.keys(longCommands))("fedstep %s", (name) => {
  test("ends in order where it is hung up", async () => {
    const { child, closed, environments } = await start(name, false);
    child.kill("SIGHUP");
    const { code, signal, said } = await closed;
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(said).toMatch(/resume r|goes on from there|^interrupted$/m);
    expect(environments()).toEqual([]);
  });

  test.skipIf(!hasTerminals())(
    "does the same where its terminal is closed (needs python3, which has terminals)",
    async () => {
      const { child, closed, environments } = await start(name, true);
      child.stdin.end();
      expect(await closed).toMatchObject({ code: 0, output: "130\n" });
      expect(environments()).toEqual([]);
    },
  );
});
