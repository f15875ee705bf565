import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { copyProject, type ProjectCopy } from "../../scripts/mutants/copy.ts";
import { chosen, mutants } from "../../scripts/mutants/list.ts";
import { type Mutant, MutantOutdated, mutate } from "../../scripts/mutants/mutant.ts";
import { runTests } from "../../scripts/mutants/run-tests.ts";
import { tryMutants } from "../../scripts/mutants/try-out.ts";
import { mutantsSummary, type Verdict, verdictOf } from "../../scripts/mutants/verdict.ts";
import { alive, eventually } from "../local/lambda/toy-functions.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const never = new AbortController().signal;

const mutant = (changes: Partial<Mutant>): Mutant => ({
  name: "difference",
  fault: "It subtracts.",
  file: "sum.mjs",
  find: "a + b",
  replace: "a - b",
  tests: ["sum.test.mjs"],
  ...changes,
});

test("every fault that is listed can be put back: its text stands where it says, once", () => {
  const outdated = mutants.filter((one) => {
    const text = readFileSync(join(project, one.file), "utf8");
    return text.split(one.find).length !== 2;
  });
  expect(outdated.map(({ name }) => name)).toEqual([]);
});

describe("a mutant", () => {
  test("replaces its text as it stands, which is there once", () => {
    expect(mutate("const sum = a + b;\n", mutant({ replace: "$& $1" }))).toBe("const sum = $& $1;\n");
  });

  test.each([
    ["that is not there", mutant({ find: "a * b" }), "stands 0 times in sum.mjs"],
    ["that is there twice", mutant({ find: " " }), "stands 5 times in sum.mjs"],
    ["that is empty", mutant({ find: "" }), "sum.mjs"],
    ["that it does not change", mutant({ replace: "a + b" }), "replaces a text by itself"],
  ])("of a text %s is refused by name as outdated", (_, one, why) => {
    const making = () => mutate("const sum = a + b;", one);
    expect(making).toThrow(MutantOutdated);
    expect(making).toThrow(new RegExp(`^difference: .*${why}`));
  });
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fedstep-toy-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function toyCopy(files: Record<string, string>): ProjectCopy {
  write({ "vitest.config.mjs": 'export default { test: { include: ["**/*.test.mjs"] } };', ...files });
  symlinkSync(join(project, "node_modules"), join(root, "node_modules"));
  const copy = copyProject(root);
  onTestFinished(copy.remove);
  return copy;
}

const testOf = (name: string, body: string) =>
  `import { expect, test } from "vitest";\nimport { sum } from "./sum.mjs";\ntest("${name}", () => { ${body} });\n`;
const sum = "export const sum = (a, b) => a + b;\n";

describe("a copy of the project", () => {
  test("has its sources, links its packages, and leaves nothing behind", () => {
    const copy = toyCopy({ "sum.mjs": sum, "dist/sum.js": "", ".git/HEAD": "" });
    expect(readFileSync(join(copy.folder, "sum.mjs"), "utf8")).toBe(sum);
    for (const gone of ["dist", ".git"]) expect(existsSync(join(copy.folder, gone))).toBe(false);
    expect(existsSync(join(copy.folder, "node_modules", "vitest", "package.json"))).toBe(true);
    copy.remove();
    expect(existsSync(dirname(copy.folder))).toBe(false);
    expect(existsSync(join(root, "node_modules", "vitest", "package.json"))).toBe(true);
  });

  test("has a mutant while its tests run, and the project never has it", async () => {
    const copy = toyCopy({ "sum.mjs": sum });
    const [here, there] = [join(root, "sum.mjs"), join(copy.folder, "sum.mjs")];
    const during = copy.during(mutant({}), async () => {
      expect(readFileSync(there, "utf8")).toContain("a - b");
      expect(readFileSync(here, "utf8")).toBe(sum);
      throw new Error("the tests do not run");
    });
    await expect(during).rejects.toThrow("the tests do not run");
    expect(readFileSync(there, "utf8")).toBe(sum);
    expect(copy.objection(mutant({}))).toBeUndefined();
    expect(copy.objection(mutant({ file: "gone.mjs" }))).toBe("difference: there is no gone.mjs");
  });
});

describe("trying mutants out", () => {
  test("tells those that a test catches from those that survive, break or cannot be judged", async () => {
    const copy = toyCopy({
      "sum.mjs": sum,
      "sum.test.mjs": testOf("adds", "expect(sum(1, 2)).toBe(3);"),
      "zero.test.mjs": testOf("adds nothing", "expect(sum(1, 0)).toBe(1);"),
      "wrong.test.mjs": testOf("is wrong", "expect(sum(1, 2)).toBe(4);"),
    });
    const verdicts: Verdict[] = [];
    const list = [
      mutant({ name: "caught" }),
      mutant({ name: "survived", tests: ["sum.test.mjs", "zero.test.mjs"] }),
      mutant({ name: "broken", replace: "a +" }),
      mutant({ name: "outdated", find: "a * b" }),
      mutant({ name: "untried", tests: ["wrong.test.mjs"] }),
      mutant({ name: "none", titled: "no test of this name" }),
    ];
    for await (const verdict of tryMutants(list, copy, never)) verdicts.push(verdict);
    expect(verdicts.map(({ name, outcome }) => (outcome === name ? outcome : `${name}: ${outcome}`))).toEqual(
      [...["caught", "survived", "broken", "outdated", "untried"], "none: untried"],
    );
    const why = (name: string) => verdicts.find((one) => one.name === name)?.why.join("\n");
    expect(why("caught")).toBe("sum.test.mjs: adds");
    expect(why("survived")).toContain("zero.test.mjs: 1 passed");
    expect(why("broken")).toMatch(/^sum\.test\.mjs was not run: /);
    expect(why("untried")).toContain("wrong.test.mjs");
    expect(mutantsSummary(verdicts)).toEqual({
      text: "1 caught, 1 survived, 1 broken, 1 outdated, 2 untried",
      good: false,
    });
    expect(mutantsSummary(verdicts.slice(0, 1))).toEqual({ text: "1 caught, 0 survived", good: true });
  });

  test("interrupted, ends the tests with all that they have started", async () => {
    const copy = toyCopy({
      "wait.test.mjs": `import { test } from "vitest";
        import { spawn } from "node:child_process";
        import { writeFileSync } from "node:fs";
        test("waits", async () => {
          const child = spawn("sleep", ["600"]);
          writeFileSync(${JSON.stringify(join(root, "pids"))}, process.pid + " " + child.pid + "\\n");
          await new Promise((resolve) => setTimeout(resolve, 600_000));
        }, 600_000);`,
    });
    const interrupt = new AbortController();
    const running = runTests(copy, { tests: ["wait.test.mjs"] }, interrupt.signal);
    const interrupted = expect(running).rejects.toThrow("Ctrl-C");
    const pids = () => (existsSync(join(root, "pids")) ? readFileSync(join(root, "pids"), "utf8") : "");
    await eventually("they have started", () => pids().endsWith("\n"), 60_000);
    interrupt.abort(new Error("Ctrl-C"));
    await interrupted;
    const started = pids().trim().split(" ").map(Number);
    await eventually("they are gone", () => !started.some(alive));
  });

  test("takes no end without a result for a failed test", () => {
    const verdict = verdictOf(mutant({}), { files: [], broken: "no end within 10 minutes\nat all" });
    expect(verdict).toEqual({ name: "difference", outcome: "broken", why: ["no end within 10 minutes"] });
  });
});

describe("the list", () => {
  test("has no name twice, and tests that are there", () => {
    const names = mutants.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i || !/^[a-z0-9-]+$/.test(name))).toEqual([]);
    const tests = mutants.flatMap((one) => one.tests);
    expect(tests.filter((path) => !existsSync(join(project, path)))).toEqual([]);
    expect(mutants.filter(({ fault }) => !/.\.$/.test(fault)).map(({ name }) => name)).toEqual([]);
  });

  test("gives those that are asked for, slow ones by name or with --slow alone", () => {
    const list = [mutant({ name: "a" }), mutant({ name: "b", slow: true })];
    const names = (asked: string[], slow: boolean) => {
      const some = chosen(list, asked, slow);
      return typeof some === "string" ? some : some.map(({ name }) => name);
    };
    expect(names([], false)).toEqual(["a"]);
    expect(names([], true)).toEqual(["a", "b"]);
    expect(names(["b"], false)).toEqual(["b"]);
    expect(names(["c"], false)).toBe("there is no mutant c; --list says which there are");
  });
});
