import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateMultipartUploadCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { localStorage } from "../../cli/targets/local.ts";
import { localBucket } from "../../local/assembly/names.ts";
import { writableHome } from "../../local/emulator.ts";
import { opennessNotes } from "../../local/private-home.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

const sets = ["federation.rounds=1", "baseline.epochs=1", "dataset.limit=600"].flatMap((one) => [
  "--set",
  one,
]);
const run = (home: string, name: string) =>
  fedstep(["run", "--preset", "smoke", ...sets, "--name", name, "--home", home]);

// what most systems give a person; the stack is synthesized beforehand
beforeAll(async () => {
  process.umask(0o022);
  expect(await run(sharedHome(), "first")).toMatchObject({ code: 0 });
});

/** A home with the program's own code, made by whoever wants that mode, or by the program itself. */
async function homeOf(mode?: number): Promise<string> {
  const home = join(temporaryFolder(), "home");
  if (mode === undefined) await writableHome(home);
  else {
    mkdirSync(home);
    chmodSync(home, mode);
  }
  symlinkSync(join(sharedHome(), "assemblies"), join(home, "assemblies"));
  return home;
}

/** What others may do with a home and all that is below it, the program's own code aside. */
function open(home: string, mask: number): string[] {
  return ["", ...readdirSync(home, { recursive: true, encoding: "utf8" })]
    .filter((path) => !path.startsWith("assemblies"))
    .map((path) => ({ path, mode: lstatSync(join(home, path)).mode & mask }))
    .filter(({ mode }) => mode !== 0)
    .map(({ path, mode }) => `${path} ${mode.toString(8)}`);
}

/** An upload that is cut off. */
async function upload(home: string): Promise<void> {
  const storage = await localStorage(home);
  const at = { Bucket: storage.bucket, Key: "datasets/part" };
  const { UploadId } = await storage.s3.send(new CreateMultipartUploadCommand(at));
  await storage.s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }));
  await storage.close();
}

describe("what lies in a home", () => {
  test("is its owner's alone, as the home is that is made", async () => {
    const home = await homeOf();
    const study = join(temporaryFolder(), "study.json");
    const config = { federation: { rounds: 1 }, baseline: { epochs: 1 }, dataset: { limit: 600 } };
    writeFileSync(study, JSON.stringify({ name: "s", preset: "smoke", config, seeds: [1] }));
    expect(await fedstep(["study", study, "--home", home])).toMatchObject({ code: 0 });
    await upload(home);
    expect(open(home, 0o077)).toEqual([]);
  });

  test("is its owner's alone in a home that is open; what is open already stays so, and is told", async () => {
    const home = await homeOf(0o755);
    const { code, said } = await run(home, "r");
    expect({ code, said }).toEqual({ code: 0, said: expect.not.stringContaining("other users") });
    expect(open(home, 0o077)).toEqual([" 55"]);

    chmodSync(join(home, "s3"), 0o755);
    const note = `note: other users of this machine can look into ${home}; chmod -R go-rwx ${home} keeps them out`;
    expect((await run(home, "again")).said).toContain(note);
    expect(open(home, 0o077)).toEqual([" 55", "s3 55"]);
    chmodSync(home, 0o700);
    expect(opennessNotes(home)).toEqual([]);
  });

  test("is for the group that a home is shared with, and nobody else", async () => {
    const home = await homeOf(0o2770);
    expect(await run(home, "r")).toMatchObject({ code: 0 });
    await upload(home);
    expect(open(home, 0o007)).toEqual([]);
    const results = join(home, "runs", "r", "result.json");
    const objects = join(home, "s3", localBucket, "runs", "r", "result.json");
    for (const file of [results, objects]) expect(lstatSync(file).mode & 0o777).toBe(0o640);
  });
});
