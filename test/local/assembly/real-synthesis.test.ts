import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Assembly } from "../../../local/assembly/assembly.ts";
import { loadAssembly } from "../../../local/assembly/load.ts";
import { sources } from "../../../local/assembly/sources-digest.ts";
import { functionFolder, functionNames } from "../../../shared/workflow/functions.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "fedstep-synthesis-"));
/** A checkout elsewhere, which also keeps its sources while others edit the project's. */
const checkout = join(directory, "checkout");
const home = join(directory, "home");

function copyProject(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of sources) cpSync(join(project, part), join(to, part), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(to, "node_modules"));
}

let assembly: Assembly;
beforeAll(async () => {
  copyProject(checkout);
  assembly = await loadAssembly({ home, root: checkout });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the stack's five functions, its bucket and its flow are there", () => {
  expect(assembly.functions.map(({ name }) => name)).toEqual(functionNames.map((name) => `fedstep-${name}`));
  for (const { environment, bundle, handler } of assembly.functions) {
    expect(environment.FEDSTEP_BUCKET).toBe(assembly.bucket);
    expect(bundle.bytes).toBeGreaterThan(10_000);
    expect(handler).toBe("index.handler");
  }
  const definition = JSON.stringify(assembly.stateMachine.definition);
  for (const { arn } of assembly.functions) expect(definition).toContain(`"Resource":"${arn}"`);
});

test("a bundle runs in an empty folder, as on Lambda", () => {
  for (const { name, directory: asset, environment } of assembly.functions) {
    const root = mkdtempSync(join(directory, "task-root-"));
    cpSync(asset, root, { recursive: true });
    const call = `import("./index.mjs").then(({ handler }) => handler({}, { memoryLimitInMB: "512" })).catch(({ name }) => console.log("threw", name))`;
    const output = execFileSync(process.execPath, ["--eval", call], {
      cwd: root,
      env: { ...environment, AWS_REGION: assembly.stateMachine.arn.split(":")[3] },
      encoding: "utf8",
      // its log lines
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(output, name).toContain("threw PayloadInvalid");
  }
});

test("the second load takes no synthesis", async () => {
  const start = performance.now();
  const again = await loadAssembly({
    home,
    root: checkout,
    onSynth: () => expect.unreachable("synthesized again"),
  });
  const milliseconds = performance.now() - start;
  console.log(`cached assembly read in ${milliseconds.toFixed(0)} ms`);
  expect(again).toEqual(assembly);
});

test("another checkout and home give the same bytes", async () => {
  const other = join(directory, "another", "check out");
  copyProject(other);
  const { digest } = await loadAssembly({ home: join(directory, "other home"), root: other });
  expect(digest).toBe(assembly.digest);
  const here = join(home, "assemblies", digest);
  const there = join(directory, "other home", "assemblies", digest);
  const files = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();
  expect(files(there)).toEqual(files(here));
  expect(files(here).length).toBeGreaterThan(functionNames.length);
  for (const file of files(here)) {
    expect(readFileSync(join(there, file)).equals(readFileSync(join(here, file))), file).toBe(true);
  }
});

test("nothing that an assembly is made of is missing in the digest of its sources", async () => {
  const functions = functionNames.map((name) => `functions/${functionFolder(name)}/index.ts`);
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: ["cdk/app.ts", ...functions],
    outdir: "unwritten",
    write: false,
    metafile: true,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    loader: { ".wasm": "dataurl" },
  });
  const ours = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/"));
  expect(ours.length).toBeGreaterThan(50);
  const uncovered = ours.filter((path) => !sources.some((source) => `${path}/`.startsWith(`${source}/`)));
  expect(uncovered).toEqual([]);
});
