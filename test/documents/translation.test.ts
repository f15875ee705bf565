import { expect, test } from "vitest";
import { documents, proseOf, shellLinesOf } from "./documents.ts";

const all = documents();
const [english = "", korean = ""] = [all.get("README.md"), all.get("README.ko.md")];

const found = (text: string, what: RegExp) => [...proseOf(text).matchAll(what)].map(([match]) => match);

test("the Korean README shows the commands of the English one", () => {
  expect(shellLinesOf(korean)).toEqual(shellLinesOf(english));
});

test.each([
  ["figures of each table", /(?<=^\|.*)\d+\.\d+(?= %| \|)/gm],
  ["names in code", /`[a-z][\w.-]*(?:=[\w.-]+)?`/g],
  ["sections", /^#{1,3} /gm],
  ["pictures", /\(docs\/images\/[^)]+\)/g],
])("it has the same %s", (_, what) => {
  const [expected, told] = [english, korean].map((text) => found(text, what).sort());
  expect(expected?.length).toBeGreaterThan(1);
  expect(told).toEqual(expected);
});
