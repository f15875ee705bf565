import fc from "fast-check";
import { expect, test } from "vitest";
import { runNamePattern } from "../../../shared/layout.ts";
import { executionName } from "../../../shared/rounds/execution.ts";
import { runNameOf } from "../../../shared/rounds/run-name.ts";

/** What Step Functions takes: 1 to 80 characters, none of which is white space, a bracket, a wildcard or the like. */
const executionNames = fc
  .string({ unit: "binary", minLength: 1, maxLength: 80 })
  .map((text) => text.replace(/[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/gu, "-"));

test("an execution that has a run's name gives it to its run", () => {
  fc.assert(fc.property(fc.stringMatching(runNamePattern), (name) => runNameOf(name) === name));
});

test("any other gives one that S3 and later executions take, the same each time", () => {
  fc.assert(
    fc.property(executionNames, (name) => {
      const run = runNameOf(name);
      expect(run).toMatch(runNamePattern);
      expect(runNameOf(name)).toBe(run);
      expect(executionName(run, 1_000_000).length).toBeLessThanOrEqual(80);
    }),
  );
});

test.each([
  ["first@2", /^first-2-[0-9a-f]{8}$/],
  [".hidden", /^hidden-[0-9a-f]{8}$/],
  ["été", /^t-[0-9a-f]{8}$/],
  ["日本", /^run-[0-9a-f]{8}$/],
  ["x".repeat(73), /^x{63}-[0-9a-f]{8}$/],
])("%s is recognised in it", (name, pattern) => {
  expect(runNameOf(name)).toMatch(pattern);
});

test("two that are shortened to the same stay apart by their digest", () => {
  expect(runNameOf(`${"x".repeat(79)}a`)).not.toBe(runNameOf(`${"x".repeat(79)}b`));
  // of SHA-256 over the name's UTF-8, as sha256sum has it
  expect(runNameOf("été")).toBe("t-bd010c64");
});
