import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { predictionAccuracy, predictionTable } from "../../report/prediction-table.ts";
import { predictionsCsv } from "../../report/predictions-csv.ts";
import { classesInJson } from "../../report/predictions-json.ts";
import { mostProbable } from "../../shared/task/classification/most-probable.ts";

const classes = ["cat", "dog", "eel"];
const both = ["federated", "baseline"] as const;

describe("the table of predictions", () => {
  test("of one example has every class, and marks the one that each model names", () => {
    const probabilities = { federated: [0.7, 0.2, 0.1], baseline: [0.25, 0.5, 0.25] };
    const text = predictionTable(
      [{ source: "a.png", probabilities, named: { federated: 0, baseline: 1 } }],
      both,
      classes,
    );
    expect(text.split("\n")[0]).toBe("a.png: federated cat, centralized dog");
    expect(text).toMatch(/cat +│ +\* 70\.00 % │ +25\.00 %/);
    expect(text).toMatch(/dog +│ +20\.00 % │ +\* 50\.00 %/);
    expect(text).not.toContain("accuracy");
  });

  test("of many classes has the likely ones", () => {
    const many = Array.from({ length: 100 }, (_, i) => `c${i}`);
    const federated = many.map((_, i) => (i === 70 ? 0.5 : 0.5 / 99));
    const text = predictionTable(
      [{ source: "a.png", probabilities: { federated }, named: { federated: 70 } }],
      ["federated"],
      many,
    );
    expect(text).toMatch(/c70 +│ \* 50\.00 %/);
    expect(text).toContain("and 88 classes that are less likely");
  });

  test("of several examples has what each model names, and how often it was right", () => {
    const one = (source: string, label: number | undefined, federated: number[], baseline: number[]) => ({
      source,
      ...(label !== undefined && { label }),
      probabilities: { federated, baseline },
      named: {
        federated: mostProbable(federated),
        baseline: mostProbable(baseline),
      },
    });
    const predictions = [
      one("t.csv:2", 0, [0.9, 0.1, 0], [0.8, 0.1, 0.1]),
      one("t.csv:3", 1, [0.6, 0.4, 0], [0.3, 0.7, 0]),
      one("t.csv:4", undefined, [0, 0, 1], [0, 0, 1]),
    ];
    const text = predictionTable(predictions, both, classes);
    expect(text.split("\n")[1]).toMatch(
      /example +│ label │ federated │ cat +│ dog +│ eel +│ centralized │ cat/,
    );
    const [first, second, third] = ["60.00 %", "40.00 %", "0.00 %"];
    expect(text).toMatch(
      new RegExp(
        `t\\.csv:3 │ dog +│ cat +│ +${first} │ +${second} │ +${third} │ dog +│ +30\\.00 % │ +70\\.00 % │`,
      ),
    );
    expect(predictionAccuracy(predictions, "federated")).toBe(0.5);
    expect(classesInJson(predictions, both, classes)).toEqual({
      classes,
      examples: [
        {
          source: "t.csv:2",
          label: "cat",
          federated: { class: "cat", probabilities: { cat: 0.9, dog: 0.1, eel: 0 } },
          baseline: { class: "cat", probabilities: { cat: 0.8, dog: 0.1, eel: 0.1 } },
        },
        expect.objectContaining({ label: "dog" }),
        expect.not.objectContaining({ label: expect.anything() }),
      ],
      accuracy: { federated: 0.5, baseline: 1 },
    });
  });

  test("of several examples of many classes has the probability of the class that is named", () => {
    const many = ["a", "b", "c", "d"];
    const one = (line: number) => ({
      source: `t.csv:${line}`,
      probabilities: { federated: [0.1, 0.2, 0.3, 0.4] },
      named: { federated: 3 },
    });
    const text = predictionTable([one(2), one(3)], ["federated"], many);
    expect(text).toMatch(/t\.csv:3 │ d +│ 40\.00 % │/);
    expect(text).toContain(
      "the other classes' probabilities: --json prints them all, --out FILE.csv writes them",
    );
  });
});

describe("predictions as CSV", () => {
  test("have a line for each example: place, ids, label, and what each model makes of it", () => {
    const csv = predictionsCsv(
      [
        {
          file: "a.csv",
          line: 2,
          ids: { patient: "P1" },
          label: 1,
          values: { federated: [0.25, 0.75], baseline: [2 / 3, 1 / 3] },
          named: { federated: 1, baseline: 1 },
        },
        {
          file: "b.npz",
          row: 0,
          values: { federated: [1, 0], baseline: [1, 0] },
          named: { federated: 0, baseline: 0 },
        },
      ],
      [{ name: "federated", threshold: 0.5 }, { name: "baseline" }],
      ["no", "yes, a"],
    );
    expect(parse(csv, { columns: true })).toEqual([
      {
        ...{ file: "a.csv", line: "2", row: "", patient: "P1", label: "yes, a" },
        ...{
          federated: "yes, a",
          "federated: no": "0.25",
          "federated: yes, a": "0.75",
          "federated threshold": "0.5",
        },
        ...{ centralized: "yes, a", "centralized: no": String(2 / 3), "centralized: yes, a": String(1 / 3) },
      },
      {
        ...{ file: "b.npz", line: "", row: "0", patient: "", label: "" },
        ...{ federated: "no", "federated: no": "1", "federated: yes, a": "0", "federated threshold": "0.5" },
        ...{ centralized: "no", "centralized: no": "1", "centralized: yes, a": "0" },
      },
    ]);
  });

  test("of numbers have the number", () => {
    const csv = predictionsCsv(
      [{ file: "a.csv", line: 2, label: 1.5, values: { federated: [1.25] } }],
      [{ name: "federated" }],
      undefined,
    );
    expect(csv).toBe("file,line,label,federated\na.csv,2,1.5,1.25\n");
  });
});
