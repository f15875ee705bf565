import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadOwnerAssembly } from "../../../local/assembly/load.ts";
import { checkBesides, readStack } from "../../../local/assembly/other-stacks.ts";
import { type OwnerAssembly, readOwnerAssembly } from "../../../local/assembly/owner-assembly.ts";
import { ownersSources, sources } from "../../../local/assembly/sources-digest.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "fedstep-owner-synthesis-"));
const checkout = join(directory, "checkout");
const home = join(directory, "home");

/** Keeps its sources while others edit the project's. */
function copyProject(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of [...sources, ...ownersSources].filter((one) => existsSync(join(project, one)))) {
    cpSync(join(project, part), join(to, part), { recursive: true });
  }
  symlinkSync(join(project, "node_modules"), join(to, "node_modules"));
}

let assembly: OwnerAssembly;
beforeAll(async () => {
  copyProject(checkout);
  assembly = await loadOwnerAssembly({ home, root: checkout });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const parameters = {
  OwnerName: "north",
  Federation: "clinics",
  CoordinatorAccount: "000000000000",
  CoordinatorBucket: "fedstep-objects",
};

test("is read from the home the second time", async () => {
  const onSynth = () => expect.unreachable("synthesized again");
  expect(await loadOwnerAssembly({ home, root: checkout, onSynth })).toEqual(assembly);
});

test.each(["index.mjs", "train-client.mjs"])("is none whose %s has changed", (file) => {
  const copy = join(directory, "damaged");
  cpSync(assembly.directory, copy, { recursive: true });
  const [asset = ""] = readdirSync(copy).filter((name) => name.startsWith("asset."));
  expect(readOwnerAssembly(copy, "0").directory).toBe(copy);
  writeFileSync(join(copy, asset, file), "changed");
  expect(() => readOwnerAssembly(copy, "0")).toThrow(
    expect.objectContaining({ name: "AssemblyUnsupported" }),
  );
  rmSync(copy, { recursive: true });
});

test("is deployed in two accounts beside the coordinator's, each with a bucket of its own", async () => {
  const stacks = ["111122223333", "444455556666"].map((account) =>
    readStack({ account, directory: assembly.directory, parameters }),
  );
  checkBesides(stacks);
  const [one, other] = stacks;
  expect(one?.functions.map(({ name, handler }) => [name, handler])).toEqual([
    ["fedstep-owner-Train", "index.handler"],
    ["fedstep-owner-Desk", "index.desk"],
  ]);
  expect(one?.functions[0]?.environment).toMatchObject({
    FEDSTEP_BUCKET: one?.buckets[0],
    FEDSTEP_COORDINATOR_BUCKET: "fedstep-objects",
    FEDSTEP_FEDERATION: "clinics",
    FEDSTEP_OWNER_NAME: "north",
    FEDSTEP_STACK: "fedstep-owner",
    FEDSTEP_DATA: "data/table.csv",
  });
  expect(one?.buckets).not.toEqual(other?.buckets);
});

describe("npx cdk synth", () => {
  test("writes the same bytes from another checkout and into another folder, and what is run here", () => {
    const other = join(directory, "another", "check out");
    copyProject(other);
    synth(checkout, "--output", "cdk.out");
    synth(other, "--output", "../of another name");
    const here = filesBelow(join(checkout, "cdk.out"));
    expect(here.size).toBeGreaterThan(5);
    expect(filesBelow(join(other, "..", "of another name"))).toEqual(here);
    const template = "fedstep-owner.template.json";
    expect(deployed(readFileSync(join(checkout, "cdk.out", template), "utf8"))).toEqual(
      deployed(readFileSync(join(assembly.directory, template), "utf8")),
    );
    for (const text of here.values()) expect(text.includes(directory)).toBe(false);
    // two syntheses, on whatever machine
  }, 600_000);
});

function synth(root: string, ...options: string[]): void {
  const app = "node --import tsx cdk/owner-app.ts";
  execFileSync(join(root, "node_modules", ".bin", "cdk"), ["synth", "--quiet", "--app", app, ...options], {
    cwd: root,
    env: { ...process.env, HOME: directory },
    // what it says is in the error that this throws
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** What a template deploys; of the metadata, the CDK's command line adds its own. */
function deployed(text: string): unknown {
  const { Resources, Parameters, Outputs } = JSON.parse(text);
  for (const resource of Object.values<{ Metadata?: Record<string, unknown> }>(Resources)) {
    resource.Metadata = { "fedstep:bundle": resource.Metadata?.["fedstep:bundle"] };
  }
  return { Resources, Parameters, Outputs };
}

function filesBelow(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    entries
      .map((one) => join(one.parentPath, one.name))
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path, "latin1")]),
  );
}
