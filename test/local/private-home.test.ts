import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { writableHome } from "../../local/emulator.ts";
import { opennessNotes } from "../../local/private-home.ts";

let folder: string;
let home: string;
// what most systems give a person
beforeAll(() => void process.umask(0o022));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fedstep-private-"));
  home = join(folder, "above", "home");
  return () => rmSync(folder, { recursive: true, force: true });
});

const modeOf = (path: string) => lstatSync(path).mode & 0o777;

/** A file and a folder in a home, as any part of the program makes them. */
function write(): number[] {
  mkdirSync(join(home, "s3"));
  writeFileSync(join(home, "s3", "shard"), "examples");
  return [modeOf(join(home, "s3")), modeOf(join(home, "s3", "shard"))];
}

function made(mode: number): void {
  mkdirSync(home, { recursive: true });
  chmodSync(home, mode);
}

describe("a home", () => {
  test("that is made, and what is written in it, is its user's alone", async () => {
    process.umask(0o022);
    await writableHome(home);
    expect([modeOf(join(home, "..")), modeOf(home)]).toEqual([0o700, 0o700]);
    expect(write()).toEqual([0o700, 0o600]);
  });

  test("that others can look into stays as it is, and what is written in it is its user's alone", async () => {
    made(0o755);
    await writableHome(home);
    expect(modeOf(home)).toBe(0o755);
    expect(write()).toEqual([0o700, 0o600]);
  });

  test("that is shared by its set-group-ID bit is its group's too, and nobody else's", async () => {
    made(0o2770);
    await writableHome(home);
    expect(write()).toEqual([0o750, 0o640]);
  });

  test("that others can look into is told, with what keeps them out", async () => {
    made(0o755);
    mkdirSync(join(home, "runs"));
    chmodSync(join(home, "runs"), 0o755);
    expect(opennessNotes(home)).toEqual([
      `note: other users of this machine can look into ${home}; chmod -R go-rwx ${home} keeps them out`,
    ]);
    chmodSync(join(home, "runs"), 0o700);
    expect(opennessNotes(home)).toEqual([]);
  });
});
