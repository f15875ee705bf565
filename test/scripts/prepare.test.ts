import { execFile, execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "fedstep-prepare-"));
const checkout = join(directory, "checkout");
const inCheckout = (path: string) => join(checkout, ...path.split("/"));
const rooms = [
  "cdk",
  "cli",
  "cloud",
  "functions",
  "local",
  "mnist",
  "owner",
  "report",
  "shared",
  "storage",
  "system",
  "tables",
];

beforeAll(() => {
  for (const part of [...rooms, "bin", "scripts", "package.json", "package-lock.json", "tsconfig.json"]) {
    cpSync(join(project, part), inCheckout(part), { recursive: true });
  }
  symlinkSync(join(project, "node_modules"), inCheckout("node_modules"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const fedstep = (...args: string[]) =>
  promisify(execFile)(process.execPath, [inCheckout("bin/fedstep.mjs"), ...args], { cwd: directory });

function edit(path: string, before: string, after: string): void {
  const text = readFileSync(inCheckout(path), "utf8");
  expect(text).toContain(before);
  writeFileSync(inCheckout(path), text.replace(before, after));
}

const filesBelow = (folder: string) =>
  readdirSync(inCheckout(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const compiledWith = (text: string) =>
  filesBelow("dist").filter((path) => path.endsWith(".js") && readFileSync(path, "utf8").includes(text));

describe("the command in a checkout", () => {
  test("compiles what was never compiled, twice at once too, and says nothing of it", async () => {
    const answers = await Promise.all([fedstep("--version"), fedstep("--version")]);
    for (const { stdout, stderr } of answers) {
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(stderr).toBe("");
    }
    expect(filesBelow("dist").filter((path) => /\.ts$|\/\.[^/]+$/.test(path))).toEqual([]);
  });

  test("runs the sources as they are now, each time", async () => {
    const before = "list the runs, newest first";
    expect(compiledWith(before)).toHaveLength(1);
    edit("cli/command-list.ts", before, "list what was edited");
    expect((await fedstep("--help")).stdout).toContain("list what was edited");
    edit("cli/command-list.ts", "list what was edited", before);
    expect((await fedstep("--help")).stdout).toContain(before);
  });

  test("compiles nothing where nothing has changed", async () => {
    const [written = ""] = compiledWith("list the runs, newest first");
    writeFileSync(written, readFileSync(written, "utf8").replace("list the runs", "left alone"));
    expect((await fedstep("--help")).stdout).toContain("left alone");
    rmSync(inCheckout("dist/sources.sha256"));
    expect((await fedstep("--help")).stdout).not.toContain("left alone");
  });

  test("forgets a module that is gone", async () => {
    writeFileSync(inCheckout("cli/commands/passing.ts"), 'export { runsCommand } from "./runs.ts";\n');
    edit("cli/command-list.ts", 'import("./commands/runs.ts")', 'import("./commands/passing.ts")');
    await fedstep("--version");
    const compiled = () => filesBelow("dist").filter((path) => /\/passing-\w+\.js$/.test(path));
    expect(compiled()).toHaveLength(1);
    edit("cli/command-list.ts", 'import("./commands/passing.ts")', 'import("./commands/runs.ts")');
    rmSync(inCheckout("cli/commands/passing.ts"));
    await fedstep("--version");
    expect(compiled()).toEqual([]);
  });

  test("does not run at all where the sources do not compile", async () => {
    edit("cli/main.ts", "export async function main", "export async function function main");
    await expect(fedstep("--version")).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("cli/main.ts"),
    });
    edit("cli/main.ts", "function function", "function");
    expect((await fedstep("--version")).stdout).not.toBe("");
  });
});

test.each(["EACCES", "EROFS"])("who may not write what is compiled (%s) is told who can", async (code) => {
  // modes would bind everybody but root
  const denied = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const refuse = (call) => (path, ...rest) => {
      if (!String(path).includes("dist")) return call(path, ...rest);
      throw Object.assign(new Error("${code}: no, unlink '" + path + "'"), { code: "${code}" });
    };
    for (const name of ["rmSync", "writeFileSync", "mkdirSync"]) fs[name] = refuse(fs[name]);
    syncBuiltinESMExports();`;
  const preload = ["--import", `data:text/javascript,${encodeURIComponent(denied)}`];
  const command = () =>
    promisify(execFile)(process.execPath, [...preload, inCheckout("bin/fedstep.mjs"), "--version"]);
  await fedstep("--version");
  expect((await command()).stdout).toMatch(/^\d/);
  edit("cli/command-list.ts", "list the runs, newest first", "list what was edited");
  const refused = command();
  await expect(refused).rejects.toMatchObject({ code: 2, stdout: "" });
  await expect(refused).rejects.toMatchObject({
    stderr: expect.stringMatching(/^CheckoutUnwritable: [^\n]*npm run prepare in \S+ as its owner[^\n]*\n$/),
  });
  edit("cli/command-list.ts", "list what was edited", "list the runs, newest first");
});

test("what others are made of counts too, and npm pack --json hears nothing of it", () => {
  const script = inCheckout("scripts/prepare.mjs");
  execFileSync(process.execPath, [script]);
  const kernel = /kernelBase64 =\s*"(.+?)"/.exec(
    readFileSync(inCheckout("shared/model/kernel/kernel.generated.ts"), "utf8"),
  )?.[1];
  expect(compiledWith(kernel ?? "kernelBase64 of nothing")).toHaveLength(1);
  edit("shared/model/kernel/assembly/index.ts", "\n", "\nexport function edited(): i32 {\n  return 7;\n}\n");
  appendFileSync(inCheckout("report/page/style.css"), "\n.edited-here {\n  color: red;\n}\n");
  rmSync(inCheckout("mnist/digits.generated.gz"));
  expect(execFileSync(process.execPath, [script], { encoding: "utf8" })).toBe("");
  expect(compiledWith("kernelBase64 = ")).toHaveLength(1);
  expect(compiledWith(kernel ?? "")).toEqual([]);
  expect(compiledWith(".edited-here")).toHaveLength(1);
  expect(filesBelow("mnist").filter((path) => path.endsWith(".gz"))).toHaveLength(1);
});
