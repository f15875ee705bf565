import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textTable } from "../../report/text-table.ts";
import { visible, visibleLines } from "../../shared/visible.ts";

const obeyed =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys is what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

describe("a name that is shown", () => {
  test.each([
    ["that clears the screen", "a\u001b[2Jb", "a\\u001b[2Jb"],
    ["that does so in one character", "a\u009b2Jb", "a\\u009b2Jb"],
    ["that names the window", "\u001b]0;root\u0007", "\\u001b]0;root\\u0007"],
    ["that overwrites the line before it", "no\rok\b\b", "no\\rok\\u0008\\u0008"],
    ["that turns the text around", "\u202eexe.csv\u2066", "\\u202eexe.csv\\u2066"],
    ["that marks a direction, or takes no room", "a\u200f\u061c\u200bb", "a\\u200f\\u061c\\u200bb"],
    ["of two lines", "a\nrun b: accepted\u2028", "a\\nrun b: accepted\\u2028"],
    ["that deletes", "a\u007f\t", "a\\u007f\\t"],
    ["in any script, and in pictures", "Ünïcödé شفاء 病院 👩‍🔬", "Ünïcödé شفاء 病院 👩‍🔬"],
  ])("%s", (_, name, shown) => {
    expect(visible(name)).toBe(shown);
  });

  test("has nothing that a terminal obeys, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(visible(name)).not.toMatch(obeyed);
        expect(visibleLines(name).split("\n").join("")).not.toMatch(obeyed);
      }),
    );
  });

  test("leaves JSON what it says", () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: "binary" }), (json, name) => {
        const value = { [name]: JSON.parse(json), name };
        expect(JSON.parse(visibleLines(JSON.stringify(value, null, 2)))).toEqual(value);
      }),
    );
  });

  test("stays in the cell of its table", () => {
    const table = textTable(["class", "share"], [["a\nb\u001b[8m", 1]]);
    expect(table).toContain("a\\nb\\u001b[8m");
    expect(table.split("\n").join("")).not.toMatch(obeyed);
  });
});
