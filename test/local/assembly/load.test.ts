import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadAssembly } from "../../../local/assembly/load.ts";
import { alive, eventually } from "../lambda/toy-functions.ts";
import { printed } from "./printed.ts";
import { writeSmallAssembly } from "./small-assembly.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));

let directory: string;
/** A project whose CDK app copies a finished assembly, so that a synthesis takes no time. */
let root: string;
let home: string;
const onSynth = vi.fn();
const load = (more: { tfjs?: boolean; signal?: AbortSignal } = {}) =>
  loadAssembly({ home, root, onSynth, ...more });
const assemblies = () => readdirSync(join(home, "assemblies"));

beforeEach(() => {
  onSynth.mockClear();
  directory = mkdtempSync(join(tmpdir(), "fedstep-load-"));
  root = join(directory, "project");
  home = join(directory, "home");
  mkdirSync(join(root, "cdk"), { recursive: true });
  writeSmallAssembly(join(root, "finished"));
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  writeFileSync(join(root, "cdk.json"), '{"context":{"@aws-cdk/core:flag":true}}');
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
  writeApp('cpSync("finished", process.env.CDK_OUTDIR ?? "", { recursive: true });');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function writeApp(body: string): void {
  writeFileSync(join(root, "cdk", "app.ts"), `import { cpSync, writeFileSync } from "node:fs";\n${body}\n`);
}

test("sources are synthesized once, and then read from the home", async () => {
  const first = await load();
  expect(onSynth).toHaveBeenCalledTimes(1);
  expect(assemblies()).toEqual([first.digest]);
  expect(first.functions[0]?.directory.startsWith(join(home, "assemblies"))).toBe(true);
  expect(printed(await load())).toBe(printed(first));
  expect(onSynth).toHaveBeenCalledTimes(1);
});

describe("another digest", () => {
  test.each<[string, () => void]>([
    ["for a changed source", () => writeFileSync(join(root, "cdk", "stack.ts"), "export const a = 1;\n")],
    ["for a changed lock file", () => writeFileSync(join(root, "package-lock.json"), "{}")],
    ["for other context", () => writeFileSync(join(root, "cdk.json"), "{}")],
  ])("%s", async (_, change) => {
    const before = await load();
    change();
    const after = await load();
    expect(after.digest).not.toBe(before.digest);
    expect(onSynth).toHaveBeenCalledTimes(2);
  });

  test("with TensorFlow.js, which the app is told", async () => {
    writeApp(
      'cpSync("finished", process.env.CDK_OUTDIR ?? "", { recursive: true }); writeFileSync(process.env.CDK_OUTDIR + "/context", process.env.CDK_CONTEXT_JSON ?? "");',
    );
    const without = await load();
    const { digest } = await load({ tfjs: true });
    expect(digest).not.toBe(without.digest);
    const context: unknown = JSON.parse(readFileSync(join(home, "assemblies", digest, "context"), "utf8"));
    expect(context).toEqual({
      "@aws-cdk/core:flag": true,
      tfjs: true,
      door: true,
      removalPolicy: "retain",
      ownerAccounts: "",
    });
  });
});

test("the app is told to leave out the CDK's validation, whatever the caller's environment says", async () => {
  vi.stubEnv("CDK_VALIDATION", "true");
  writeApp(
    'cpSync("finished", process.env.CDK_OUTDIR ?? "", { recursive: true }); writeFileSync(process.env.CDK_OUTDIR + "/validation", process.env.CDK_VALIDATION ?? "");',
  );
  const { digest } = await load();
  vi.unstubAllEnvs();
  expect(readFileSync(join(home, "assemblies", digest, "validation"), "utf8")).toBe("false");
});

test("what is compiled of the sources leaves the digest alone", async () => {
  const before = await load();
  mkdirSync(join(root, "shared"));
  writeFileSync(join(root, "shared", "kernel.generated.ts"), "export {};\n");
  expect((await load()).digest).toBe(before.digest);
});

test("the project's place leaves the digest alone", async () => {
  const before = await load();
  const moved = join(directory, "moved");
  cpSync(root, moved, { recursive: true, verbatimSymlinks: true });
  expect((await loadAssembly({ home, root: moved })).digest).toBe(before.digest);
});

test("two at once both end with a whole assembly", async () => {
  const [first, second] = await Promise.all([load(), load()]);
  expect(printed(first)).toBe(printed(second));
  expect(assemblies()).toEqual([first.digest]);
});

test("a damaged assembly is made again", async () => {
  const { digest } = await load();
  rmSync(join(home, "assemblies", digest, "asset.0123"), { recursive: true });
  await load();
  expect(onSynth).toHaveBeenCalledTimes(2);
});

test("TensorFlow.js is asked for by name where it is not installed, before anything is synthesized", async () => {
  rmSync(join(root, "node_modules"));
  mkdirSync(join(root, "node_modules"));
  for (const name of ["tsx", "aws-cdk-lib", "constructs", "esbuild"]) {
    symlinkSync(join(project, "node_modules", name), join(root, "node_modules", name));
  }
  await expect(load({ tfjs: true })).rejects.toMatchObject({
    name: "PackageMissing",
    message: expect.stringMatching(/npm install @tensorflow\/tfjs @tensorflow\/tfjs-backend-wasm$/),
  });
  expect(onSynth).not.toHaveBeenCalled();
  await load();
});

describe("an installed package", () => {
  beforeEach(() => {
    rmSync(join(root, "cdk"), { recursive: true });
    rmSync(join(root, "node_modules"));
    rmSync(join(root, "cdk.json"));
    writeSmallAssembly(join(root, "assembly"));
    writeFileSync(join(root, "assembly", "sources.sha256"), "0123");
  });

  test("runs the assembly that it brings, with neither the CDK nor a home to keep one in", async () => {
    const { digest, functions } = await load();
    expect(digest).toBe("0123");
    expect(functions[0]?.directory.startsWith(join(root, "assembly"))).toBe(true);
    expect(onSynth).not.toHaveBeenCalled();
    expect(existsSync(home)).toBe(false);
  });

  test("names all that TensorFlow.js takes there", async () => {
    await expect(load({ tfjs: true })).rejects.toThrow(
      /npm install aws-cdk-lib constructs @tensorflow\/tfjs @tensorflow\/tfjs-backend-wasm esbuild$/,
    );
  });

  test("synthesizes with TensorFlow.js by what was compiled", async () => {
    symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
    mkdirSync(join(root, "cdk"));
    const app =
      'import { cpSync } from "node:fs"; cpSync("finished", process.env.CDK_OUTDIR, { recursive: true });';
    writeFileSync(join(root, "cdk", "app.js"), app);
    expect((await load({ tfjs: true })).functions[0]?.directory.startsWith(home)).toBe(true);
  });
});

describe("a synthesis that fails", () => {
  test("shows what the app said, and leaves nothing behind", async () => {
    writeApp('console.error("ContextInvalid: stackName: too long"); process.exitCode = 1;');
    await expect(load()).rejects.toMatchObject({
      name: "SynthFailed",
      message: expect.stringMatching(/exit code 1:\n.*stackName: too long/),
    });
    expect(assemblies()).toEqual([]);
  });

  test("because the sources keep changing says so", async () => {
    writeApp(
      'cpSync("finished", process.env.CDK_OUTDIR ?? "", { recursive: true }); writeFileSync("cdk/typing.ts", process.pid.toString());',
    );
    await expect(load()).rejects.toThrow("the sources changed");
    expect(assemblies()).toEqual([]);
  });

  test("because the home is no directory names FEDSTEP_HOME", async () => {
    writeFileSync(home, "a file");
    await expect(load()).rejects.toMatchObject({
      name: "HomeUnwritable",
      message: expect.stringContaining("FEDSTEP_HOME"),
    });
  });
});

test("an interrupted synthesis ends with all that it has started, and leaves nothing behind", async () => {
  const pids = join(directory, "pids");
  writeApp(
    `import { spawn } from "node:child_process";
     const bundler = spawn("sleep", ["600"]);
     writeFileSync(${JSON.stringify(pids)}, process.pid + " " + bundler.pid + "\\n");
     setInterval(() => {}, 1_000);`,
  );
  const interrupt = new AbortController();
  const loading = load({ signal: interrupt.signal });
  const interrupted = expect(loading).rejects.toThrow("Ctrl-C");
  await eventually("both have started", () => existsSync(pids) && readFileSync(pids, "utf8").endsWith("\n"));
  interrupt.abort(new Error("Ctrl-C"));
  await interrupted;
  const started = readFileSync(pids, "utf8").trim().split(" ").map(Number);
  await eventually("both are gone", () => !started.some(alive));
  expect(assemblies()).toEqual([]);
  await expect(load({ signal: interrupt.signal })).rejects.toThrow("Ctrl-C");
});

test("assemblies that nobody used for a day go, except the latest few", async () => {
  const dayAndMore = 25 * 60 * 60;
  for (let age = 0; age < 8; age++) {
    const old = join(home, "assemblies", `old-${age}`);
    mkdirSync(old, { recursive: true });
    // the first one is of today
    const seconds = Date.now() / 1000 - (age === 0 ? 60 : dayAndMore + age);
    utimesSync(old, seconds, seconds);
  }
  const { digest } = await load();
  expect(assemblies().sort()).toEqual([digest, "old-0", "old-1", "old-2", "old-3"].sort());
});
