import { describe, expect, it } from "vitest";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { labelled, owners, refusal, single } from "./written.ts";

/** Labels that may be one class in two spellings, in one file and between owners. */

const twice = (labels: readonly string[]) => labelled(...labels, ...labels);
/** What would be copied: --classes with labels behind it. */
const list = /--classes \S*,/;

describe("a word among decimal labels", () => {
  it.each(["#N/A", "<NA>", "NaT", "1.#IND", "n.a.", "undefined", "NA_integer_", "*", "blank", "1e", "-999x"])(
    "is no class of its own unless --classes lists it: %s",
    async (word) => {
      const labels = ["0", "1", "1.0", "0", word, "1"];
      const message = await refusal(single(labelled(...labels)));
      expect(message).toContain(`t.csv: line 6, column "y": the label "${word}" stands among numbers`);
      expect(message).toContain("--classes");
      expect(message).not.toMatch(list);
      const classes = ["0", "1", "1.0", word];
      expect((await single(labelled(...labels), { label: "y", classes })).classNames).toEqual(classes);
    },
  );

  it("is one where most rows are numbers, however many words there are", async () => {
    const labels = ["0", "0", "0", "0", "0", "0", "a", "b", "c"];
    expect(await refusal(single(labelled(...labels)))).toMatch(/line 8.*"a" stands among numbers \(0\)/);
    expect(await refusal(single(labelled("a", "b", "c", "a", "7")))).toMatch(
      /line 6.*"7" stands among words \(a, b, c\)/,
    );
  });

  it("is none over all owners either", async () => {
    const files = {
      "a.csv": labelled("0", "1", "0"),
      "b.csv": labelled("1", "0", "1"),
      "c.csv": labelled("#N/A"),
    };
    const message = await refusal(owners(files));
    expect(message).toMatch(/c\.csv: line 2, column "y": "#N\/A" stands among numbers \(0, 1\)/);
    expect(message).not.toMatch(list);
  });
});

describe("labels of one file", () => {
  it.each([
    [["0", "1", "yes", "no"], /line 4.*"yes" stands among numbers \(0, 1\)/],
    [["True", "TRUE", "False"], /line 3.*"TRUE" is "True" \(.*line 2.*\) in other letters/],
    [["Yes", "yes", "No"], /line 3.*"yes" is "Yes" \(.*line 2.*\) in other letters/],
  ])("that may be the same are refused unless --classes lists them: %j", async (labels, reason) => {
    const message = await refusal(single(twice(labels)));
    expect(message).toMatch(reason);
    expect(message).not.toMatch(list);
    expect((await single(twice(labels), { label: "y", classes: labels })).classNames).toEqual(labels);
  });

  it("may be numbers and letters of either size where the file names its classes", async () => {
    const classNames = ["0", "A", "a"];
    const file = encodeSafetensors(
      [
        { name: "x", shape: [3, 1], data: Float32Array.of(1, 3, 1) },
        { name: "y", shape: [3], data: Int32Array.of(0, 1, 2) },
      ],
      { classNames: JSON.stringify(classNames) },
    );
    const opened = single(file, { classes: classNames }, "t.safetensors");
    expect((await opened).classNames).toEqual(classNames);
    const both = { "a.safetensors": file, "b.safetensors": file };
    expect((await owners(both, {})).dataset.classNames).toEqual(classNames);
  });
});

describe("owners whose labels may be the same in other words", () => {
  it.each([
    [
      ["-1", "1"],
      ["0", "1"],
    ],
    [
      ["1", "2"],
      ["0", "1"],
    ],
    [
      ["no", "yes"],
      ["no", "ja"],
    ],
    [
      ["neg", "pos"],
      ["negative", "pos"],
    ],
    [["0", "1"], ["yes"]],
    [["yes"], ["ja"]],
    [
      ["no", "yes", "Unsure"],
      ["no", "unsure"],
    ],
  ])("get no list to copy, and with --classes a note: %j and %j", async (one, other) => {
    const files = { "alder.csv": twice(one), "birch.csv": twice(other) };
    const message = await refusal(owners(files));
    const sorted = (labels: readonly string[]) =>
      labels.toSorted((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
    expect(message).toContain(`alder: ${sorted(one).join(", ")}\n`);
    expect(message).toContain(`birch: ${sorted(other).join(", ")}\n`);
    expect(message).toMatch(/alder and birch may mean the same by other words/);
    expect(message).not.toMatch(list);
    const { notes } = await owners(files, { label: "y", classes: [...new Set([...one, ...other])] });
    expect(notes).toContainEqual(expect.stringMatching(/alder has .*, and birch has .*: they are different/));
  });

  it.each([
    [
      ["0", "no", "yes"],
      ["1", "no", "yes"],
    ],
    [
      ["0", "1", "yes"],
      ["0", "1", "no"],
    ],
  ])(
    "and numbers and words in each file are refused, and noted with --classes: %j and %j",
    async (one, other) => {
      const files = { "alder.csv": twice(one), "birch.csv": twice(other) };
      expect(await refusal(owners(files))).toMatch(/alder\.csv: line \d, .* stands among/);
      const { notes } = await owners(files, { label: "y", classes: [...new Set([...one, ...other])] });
      expect(notes).toContainEqual(
        expect.stringMatching(/alder has .*, and birch has .*: they are different/),
      );
    },
  );

  it.each<[string, Record<string, string[]>, string]>([
    ["lacks a class", { a: ["u", "v", "w"], b: ["u", "w"] }, "u,v,w"],
    ["has other numbers, and more", { a: ["0", "1"], b: ["2", "3", "4"] }, "0,1,2,3,4"],
    ["has the labels of both others", { a: ["-1", "1"], b: ["0", "1"], c: ["-1", "0", "1"] }, "-1,0,1"],
  ])("are not those of whom one %s: the list stays, and there is no note", async (_, labels, classes) => {
    const files = Object.fromEntries(
      Object.entries(labels).map(([owner, own]) => [`${owner}.csv`, twice(own)]),
    );
    expect(await refusal(owners(files))).toMatch(new RegExp(`--classes ${classes}$`));
    expect((await owners(files, { label: "y", classes: classes.split(",") })).notes).toEqual([]);
  });

  it("are not those who write the same numbers in other ways", async () => {
    const files = { "a.csv": labelled("0", "1", "0"), "b.csv": labelled("0.0", "1.0", "1.0") };
    expect((await owners(files, { label: "y", classes: ["0", "1"] })).notes).toEqual([]);
  });
});
