import { describe, expect, it } from "vitest";
import type { TableOptions } from "../../../cli/dataset/open-tables.ts";
import { eachInTableFolder, refusal, single } from "./table-folder.ts";

eachInTableFolder();

describe("the classes of a CSV file", () => {
  it.each<[string, string[], string[]]>([
    ["numbers, in ascending order", ["10", "9", "-1", "9", "10", "-1"], ["-1", "9", "10"]],
    ["numbers however they are written", ["1", "1.0", "0", "0e0"], ["0", "1"]],
    [
      "names by code point",
      ["\u{1f34b}", "\uff5e", "b", "C", "é", "b"],
      ["C", "b", "é", "\uff5e", "\u{1f34b}"],
    ],
  ])("are %s", async (_, labels, classNames) => {
    const { examples, ...set } = await single(`a,y\n${labels.map((label) => `1,${label}`).join("\n")}`);
    expect(set).toMatchObject({
      name: "t",
      source: "file",
      classes: classNames.length,
      classNames,
      featureNames: ["a"],
    });
    const canonical = labels.map((label) => (classNames.includes(label) ? label : String(Number(label))));
    expect(Array.from(examples.y, (label) => classNames[label])).toEqual(canonical);
  });

  it("are those that --classes lists, in its order, where it does", async () => {
    const { classes, classNames, examples } = await single("a,y\n1,u\n2,w\n3,u", {
      label: "y",
      classes: ["w", "v", "u"],
    });
    expect({ classes, classNames, y: examples.y }).toEqual({
      classes: 3,
      classNames: ["w", "v", "u"],
      y: Int32Array.of(2, 0, 2),
    });
  });

  const rows = (count: number, label: (i: number) => string) =>
    `a,y\n${Array.from({ length: count }, (_, i) => `${i},${label(i)}`).join("\n")}`;

  it.each<[string, string, TableOptions, RegExp]>([
    ["one", rows(5, () => "u"), {}, /DIR\/t\.csv: column "y" has only the label "u"/],
    [
      "measurements",
      rows(100, (i) => `${(i % 90) + 0.25}`),
      {},
      /DIR\/t\.csv: column "y" is not a label: 90 different values in 100 rows, and not integers, are measurements/,
    ],
    [
      "another for each row",
      rows(9, (i) => `n${i}`),
      {},
      /not a label: each of the 9 rows has another value/,
    ],
    ["too many", rows(3_000, (i) => `${i % 1_001}`), {}, /has 1001 classes, and at most 1000 are supported/],
    [
      "not as declared",
      rows(4, (i) => `u${i % 3}`),
      { classes: ["u0", "u1"] },
      /DIR\/t\.csv: line 4, column "y": the label "u2" is not one of --classes u0,u1/,
    ],
    ["one of two that are declared", rows(4, () => "u"), { classes: ["u", "v"] }, /only the label "u"/],
    [
      "declared twice",
      rows(4, (i) => `${i % 2}`),
      { classes: ["0", "1", "1.0"] },
      /--classes: repeats a class/,
    ],
  ])("are refused where they are %s", async (_, text, given, message) => {
    expect(await refusal(single(text, { label: "y", ...given }))).toMatch(message);
  });

  it("may be as many as there are, few as the rows may be, where the labels are integers or text", async () => {
    expect((await single(rows(2_000, (i) => `${i % 1_000}`))).classes).toBe(1_000);
    expect((await single(rows(5, (i) => `${(i % 2) + 0.5}`))).classNames).toEqual(["0.5", "1.5"]);
  });
});
