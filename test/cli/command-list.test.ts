import { expect, test } from "vitest";
import { buildProgram } from "../../cli/main.ts";

const session = {
  env: {},
  stderr: process.stderr,
  signal: new AbortController().signal,
  print: () => {},
  say: () => {},
};

test("--help lists the same whether the commands are loaded or not", async () => {
  const listed = await buildProgram(session, () => false);
  expect(listed.helpInformation()).toBe((await buildProgram(session)).helpInformation());
  expect(listed.commands.flatMap(({ options }) => options)).toEqual([]);
});

test("only the command that is used is loaded", async () => {
  const { commands } = await buildProgram(session, (name) => name === "show");
  const defined = commands.filter(({ options }) => options.length > 0).map((command) => command.name());
  expect(defined).toEqual(["show"]);
});
