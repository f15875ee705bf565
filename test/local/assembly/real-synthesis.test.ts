import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleNames } from "../../../cdk/bundle.ts";
import { generators } from "../../../cdk/generate.ts";
import { functionFolder } from "../../../functions/footprints.ts";
import type { Assembly } from "../../../local/assembly/assembly.ts";
import { loadAssembly } from "../../../local/assembly/load.ts";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { sources, sourcesDigest } from "../../../local/assembly/sources-digest.ts";
import { synthesisContext } from "../../../local/assembly/synthesis.ts";
import { printed } from "./printed.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "fedstep-synthesis-"));
/** A checkout elsewhere, which also keeps its sources while others edit the project's. */
const checkout = join(directory, "checkout");
const home = join(directory, "home");

function copyProject(to: string): void {
  mkdirSync(to, { recursive: true });
  // a checkout lacks what only a package has
  for (const part of sources.filter((one) => existsSync(join(project, one)))) {
    cpSync(join(project, part), join(to, part), { recursive: true });
  }
  symlinkSync(join(project, "node_modules"), join(to, "node_modules"));
}

let assembly: Assembly;
beforeAll(async () => {
  copyProject(checkout);
  assembly = await loadAssembly({ home, root: checkout });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the stack's five functions and its door, its bucket and its flow are there", () => {
  expect(assembly.functions.map(({ name }) => name)).toEqual(bundleNames.map((name) => `fedstep-${name}`));
  for (const { environment, bundle, handler } of assembly.functions) {
    expect(environment.FEDSTEP_BUCKET).toBe(assembly.bucket);
    expect(bundle.bytes).toBeGreaterThan(10_000);
    expect(handler).toBe("index.handler");
  }
  const definition = JSON.stringify(assembly.stateMachine.definition);
  for (const { arn, hasUrl = false } of assembly.functions) {
    // the door is what a person's process asks, and no state
    expect(definition.includes(`"Resource":"${arn}"`), arn).toBe(!hasUrl);
  }
});

test("a bundle runs in an empty folder, as on Lambda", () => {
  for (const { name, directory: asset, environment } of assembly.functions) {
    const root = mkdtempSync(join(directory, "task-root-"));
    cpSync(asset, root, { recursive: true });
    const call = `import("./index.mjs").then(({ handler }) => handler({}, { memoryLimitInMB: "512" })).then(({ statusCode }) => console.log("answered", statusCode)).catch(({ name }) => console.log("threw", name))`;
    const output = execFileSync(process.execPath, ["--eval", call], {
      cwd: root,
      env: { ...environment, AWS_REGION: assembly.stateMachine.arn.split(":")[3] },
      encoding: "utf8",
      // its log lines
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(output, name).toContain(name === "fedstep-Door" ? "answered 400" : "threw PayloadInvalid");
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
  expect(printed(again)).toBe(printed(assembly));
});

describe("npx cdk synth", () => {
  const other = join(directory, "another", "check out");
  /** Relative to its checkout, as a person would name it; cdk.out is where it goes unless somebody does. */
  const outputs = [join(checkout, "cdk.out"), join(other, "..", "of another name")] as const;
  beforeAll(() => {
    copyProject(other);
    synth(checkout);
    synth(other, "--output", "../of another name");
    // two syntheses, on whatever machine
  }, 600_000);

  function synth(root: string, ...options: string[]): void {
    const line = ["synth", "--quiet", "-c", "door=true", ...options];
    execFileSync(join(root, "node_modules", ".bin", "cdk"), line, {
      cwd: root,
      // as people run it, with the CDK's validation, whose report is one of the files
      env: { ...process.env, HOME: directory, CDK_VALIDATION: "true" },
      // what it says is in the error that this throws
      stdio: ["ignore", "ignore", "pipe"],
    });
  }

  test("writes the same bytes from another checkout and into another folder", () => {
    const [here, there] = outputs.map(filesBelow);
    expect(here?.size).toBeGreaterThan(bundleNames.length);
    expect(there).toEqual(here);
  });

  test("writes the bundles and the flow that the local run executes", () => {
    const [output] = outputs;
    const deployed = readAssembly(output, "");
    const bundlesOf = ({ functions }: Assembly) => functions.map(({ name, bundle }) => ({ name, bundle }));
    expect(bundlesOf(deployed)).toEqual(bundlesOf(assembly));
    expect(deployed.stateMachine).toEqual(assembly.stateMachine);
    for (const { name, directory: asset, bundle } of deployed.functions) {
      const bytes = readFileSync(join(asset, "index.mjs"));
      expect(createHash("sha256").update(bytes).digest("hex"), name).toBe(bundle.sha256);
    }
    const template: unknown = JSON.parse(readFileSync(join(output, "fedstep.template.json"), "utf8"));
    const digests = JSON.stringify(template).match(/"fedstep:bundle":\{[^}]*\}/g) ?? [];
    const executed = assembly.functions.map(({ bundle }) => bundle);
    expect(digests.map((entry) => JSON.parse(`{${entry}}`)["fedstep:bundle"])).toEqual(executed);
  });

  test("is the same state of the sources wherever they lie", () => {
    expect(sourcesDigest({ root: other, of: "coordinator", context: synthesisContext(other, false) })).toBe(
      assembly.digest,
    );
  });
});

/** Digests of all files below, by path. */
function filesBelow(path: string): Map<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const digested = files.map(({ parentPath, name }): [string, string] => {
    const file = join(parentPath, name);
    return [relative(path, file), createHash("sha256").update(readFileSync(file)).digest("hex")];
  });
  return new Map(digested.sort());
}

test("nothing that an assembly is made of is missing in the digest of its sources", async () => {
  const functions = bundleNames.map((name) => `functions/${functionFolder(name)}/index.ts`);
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: ["cdk/app.ts", ...functions, ...generators],
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
