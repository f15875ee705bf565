import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../cli/main.ts";
import { documents, root, shellLinesOf } from "./documents.ts";

const program = await buildProgram({
  env: {},
  stderr: process.stderr,
  signal: new AbortController().signal,
  print: () => {},
  say: () => {},
});
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as {
  scripts: Record<string, string>;
};

/** What is wrong with a command line of fedstep as a document has it. */
function problemOf(words: readonly string[]): string | undefined {
  const [name = "", ...others] = words;
  if (name.startsWith("-")) return undefined;
  const above = program.commands.find((one) => one.name() === name);
  if (!above) return `there is no command ${name}`;
  const below = above.commands.length > 0;
  const command = below ? above.commands.find((one) => one.name() === others[0]) : above;
  if (!command) return `${name} has no command ${others[0]}`;
  const rest = below ? others.slice(1) : others;
  const known = ["--help", ...command.options.flatMap(({ long }) => long ?? [])];
  const unknown = rest.filter((word) => word.startsWith("--") && !known.includes(word));
  if (unknown.length > 0) return `${command.name()} takes no ${unknown.join(", ")}`;
  return missingArguments(command, rest);
}

function missingArguments(command: Command, words: readonly string[]): string | undefined {
  const least = command.registeredArguments.filter(({ required }) => required).length;
  const given = words.filter((word, i) => {
    if (word.startsWith("-")) return false;
    const before = command.options.find(({ long }) => long !== undefined && long === words[i - 1]);
    return !(before?.required || before?.optional);
  });
  return given.length < least ? `${command.name()} lacks an argument` : undefined;
}

/** npm start and npm run fedstep run the command line; other scripts are only looked up. */
function check(line: string): string | undefined {
  const words = line.split(/\s+/);
  const at = words.indexOf("fedstep");
  const invoked = at === 0 || /(^|&& |\w=\S+ )(npm run|npx) fedstep\b/.test(line);
  if (invoked && at >= 0) {
    const rest = words.slice(at + 1);
    const end = rest.findIndex((word) => ["&&", "|", ">"].includes(word));
    return problemOf((end < 0 ? rest : rest.slice(0, end)).filter((word) => word !== "--"));
  }
  const [, script] = /npm run ([\w:-]+)/.exec(line) ?? [];
  return script === undefined || script in scripts ? undefined : `there is no script ${script}`;
}

describe.each([...documents()])("%s", (_, text) => {
  test("shows commands that there are, with options that they take", () => {
    const wrong = shellLinesOf(text).flatMap((line) => {
      const problem = check(line);
      return problem === undefined ? [] : [`${line}: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });
});

test("what is checked is not empty, and what is wrong is found", () => {
  const lines = [...documents().values()].flatMap(shellLinesOf);
  expect(lines.filter((line) => /\bfedstep\b/.test(line)).length).toBeGreaterThan(30);
  expect(check("npm run fedstep -- walk")).toBe("there is no command walk");
  expect(check("fedstep run --perset paper")).toBe("run takes no --perset");
  expect(check("fedstep owner walk")).toBe("owner has no command walk");
  expect(check("fedstep owner init --nmae a")).toBe("init takes no --nmae");
  expect(check("npx fedstep verify --target aws")).toBe("verify lacks an argument");
  expect(check("npm run brench")).toBe("there is no script brench");
});
