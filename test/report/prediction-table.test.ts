import { describe, expect, test } from "vitest";
import { predictionAccuracy, predictionTable } from "../../report/prediction-table.ts";
import { classNamed } from "../../shared/task/naming.ts";

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
        federated: classNamed(federated, { by: "most-probable" }),
        baseline: classNamed(baseline, { by: "most-probable" }),
      },
    });
    const predictions = [
      one("t.csv:2", 0, [0.9, 0.1, 0], [0.8, 0.1, 0.1]),
      one("t.csv:3", 1, [0.6, 0.4, 0], [0.3, 0.7, 0]),
      one("t.csv:4", undefined, [0, 0, 1], [0, 0, 1]),
    ];
    const text = predictionTable(predictions, both, classes);
    expect(text).toMatch(/t\.csv:3 │ dog +│ cat +│ +60\.00 % │ dog +│ +70\.00 %/);
    expect(text).toContain("accuracy over 2 labelled examples: federated 50.00 %, centralized 100.00 %");
    expect(predictionAccuracy(predictions, "federated")).toBe(0.5);
  });
});
