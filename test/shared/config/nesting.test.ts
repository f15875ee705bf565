import { expect, test } from "vitest";
import { isTooDeep, mostLevels } from "../../../shared/config/nesting.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { parseStudy } from "../../../shared/study/study.ts";

const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);

test("levels are counted, however many there are", () => {
  expect(isTooDeep(1)).toBe(false);
  expect(isTooDeep(nested(mostLevels))).toBe(false);
  expect(isTooDeep(nested(mostLevels + 1))).toBe(true);
  expect(isTooDeep(nested(50_000))).toBe(true);
});

test.each([
  ["a configuration", () => resolveConfig({ file: { training: nested(20_000) } })],
  ["a configuration that is a list", () => resolveConfig({ file: nested(20_000) })],
  ["an assignment", () => resolveConfig({ set: [`training=${"[".repeat(9_000)}${"]".repeat(9_000)}`] })],
  ["an assignment's path", () => resolveConfig({ set: [`${"a.".repeat(20_000)}a=1`] })],
])("%s nested too deep is refused by name", (_, resolve) => {
  expect(resolve).toThrow(expect.objectContaining({ name: "ConfigInvalid" }));
});

test("a study likewise", () => {
  expect(() => parseStudy(nested(20_000))).toThrow(expect.objectContaining({ name: "StudyInvalid" }));
});
