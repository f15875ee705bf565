import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./terminal.ts";

const bin = fileURLToPath(new URL("../../bin/fedstep.mjs", import.meta.url));

/** Runs a line of the shell in which $fedstep is the command, and ends with the exit code on a line of its own. */
async function shell(line: string, folder = temporaryFolder()) {
  const env = { ...process.env, fedstep: `${process.execPath} ${bin}`, FEDSTEP_HOME: join(folder, "home") };
  const { stdout, stderr } = await promisify(execFile)("/bin/sh", ["-c", line], { cwd: folder, env });
  return { stdout, stderr };
}

const full = "/dev/full";

describe.skipIf(!existsSync(full))("on a full disk (needs /dev/full)", () => {
  test("an answer that is lost is no success", async () => {
    const { stdout, stderr } = await shell(`(exec $fedstep --help > ${full}); echo "rc $?"`);
    expect(stdout).toBe("rc 1\n");
    expect(stderr).toMatch(
      /^OutputLost: the answer could not be written to standard output \(no space left on device\)/,
    );
  });

  test("messages that are lost are none either, and cost the answer nothing", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "t.csv"), "a,y\n1,u\n2,v\n3,u\n4,v\n");
    const partition =
      "$fedstep partition --data t.csv --label y --set partition.kind=iid --set partition.clients=2";
    const { stdout } = await shell(`(exec ${partition} 2> ${full}); echo "rc $?"`, folder);
    expect(stdout).toMatch(/^client +u +v +total\n/);
    expect(stdout).toMatch(/\nrc 1\n$/);
  });

  test("a refusal keeps its exit code", async () => {
    expect((await shell(`(exec $fedstep show nothing 2> ${full}); echo "rc $?"`)).stdout).toBe("rc 2\n");
  });
});

test("an answer of which a part arrives is no success", async () => {
  const folder = temporaryFolder();
  // the limit is in blocks of 512 or 1,024 bytes, and the help has more
  const line = `trap "" XFSZ; ulimit -f 1; (exec $fedstep --help > answer); echo "rc $?"`;
  const { stdout, stderr } = await shell(line, folder);
  expect(readFileSync(join(folder, "answer"), "utf8").length).toBeLessThan(2_000);
  expect(stdout).toBe("rc 1\n");
  expect(stderr).toMatch(/^OutputLost: .*\(file too large\)/);
});

test("a reader who has left has what it wanted", async () => {
  const { stdout, stderr } = await shell(`{ (exec $fedstep --help); echo "rc $?" >&2; } | true`);
  expect(stdout).toBe("");
  expect(stderr).toBe("rc 0\n");
});
