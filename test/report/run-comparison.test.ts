import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { comparisonPage } from "../../report/comparison-page.ts";
import { comparisonText } from "../../report/comparison-text.ts";
import { compareRuns, examplesSentence } from "../../report/run-comparison.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { type StoryOptions, toldStory } from "./told-story.ts";

const told = (run: string, options: StoryOptions = {}): Result => ({ ...toldStory(options).result, run });

describe("runs that are compared", () => {
  test("differ by the fields that were set, and by those alone", () => {
    const results = [
      told("a", { rounds: 5 }),
      told("b", { rounds: 5, set: ["training.learningRate=0.5", "seed=7"] }),
      told("c", { rounds: 5, set: ["training.learningRate=0.5"] }),
    ];
    expect(compareRuns(results).differences).toEqual([
      {
        path: "seed",
        values: [
          { value: 1, runs: ["a", "c"] },
          { value: 7, runs: ["b"] },
        ],
      },
      {
        path: "training.learningRate",
        values: [
          { value: results[0]?.config.training.learningRate, runs: ["a"] },
          { value: 0.5, runs: ["b", "c"] },
        ],
      },
    ]);
  });

  test("name a field that only one of them has", () => {
    const results = [told("avg"), told("prox", { set: ["federation.strategy.name=FedProx"] })];
    const { differences } = compareRuns(results);
    expect(differences.map(({ path }) => path)).toEqual([
      "federation.strategy.name",
      "federation.strategy.mu",
    ]);
    expect(differences[1]?.values[0]).toEqual({ value: undefined, runs: ["avg"] });
    expect(comparisonText(compareRuns(results))).toMatch(
      /federation\.strategy\.mu +│ \(no such field\) │ avg/,
    );
  });

  test("of one configuration are told to be so", () => {
    expect(comparisonText(compareRuns([told("a"), told("b")]))).toContain("The configurations are the same.");
  });

  test("on different data are told not to compare, even under one name", () => {
    const other = told("b");
    const results = [told("a"), { ...other, dataset: { ...other.dataset, digest: "d".repeat(64) } }];
    expect(compareRuns(results).data.map(({ runs }) => runs)).toEqual([["a"], ["b"]]);
    for (const text of [comparisonText(compareRuns(results)), comparisonPage(compareRuns(results))]) {
      expect(text).toContain("different data, so that their figures do not compare");
      expect(text).toContain("b on mnist (SHA-256 dddddddddddd");
    }
    expect(comparisonText(compareRuns([told("a"), told("b")]))).toContain(
      "All are on the same data, mnist (SHA-256 c3c3c3c3c3c3...).",
    );
  });
});

describe("the examples that runs were evaluated on", () => {
  const said = (...results: Result[]) => {
    const comparison = compareRuns(results);
    expect(comparisonPage(comparison)).toContain(examplesSentence(comparison));
    expect(comparisonText(comparison)).toContain(examplesSentence(comparison));
    return examplesSentence(comparison);
  };

  test("are the same where data and partition are, whatever else differs", () => {
    const sentence = said(told("a"), told("b", { rounds: 9, set: ["federation.strategy.name=FedProx"] }));
    expect(sentence).toBe("All are evaluated on the same 1,383 examples.");
  });

  test("are others with another partition, and where somebody was silent", () => {
    const silent = told("c");
    const federated = { ...silent.federated, examples: 1_000 };
    expect(said(told("a"), told("b", { set: ["seed=2"] }), { ...silent, federated })).toContain(
      "different examples, so that their figures differ by that too: a on 1,383; b on 1,383; c on 1,000.",
    );
  });

  test("are moving few where only those evaluate who were selected", () => {
    const some = told("few", { set: ["federation.fraction=0.5"] });
    const rounds = some.federated.rounds.map((one, i) => ({ ...one, examples: i === 4 ? 1_383 : 600 + i }));
    expect(said(told("a"), { ...some, federated: { ...some.federated, rounds } })).toBe(
      "All are evaluated on the same 1,383 examples. The curve of few is over what those who were selected for a " +
        "round hold out, 600 to 1,383 examples.",
    );
  });
});

describe("the table in the terminal", () => {
  const results = [told("short", { rounds: 10 }), told("the-longer", { rounds: 20, baseline: false })];
  const lines = comparisonText(compareRuns(results)).split("\n");

  test("has each run's figures", () => {
    // 1 - 1 / 12 and 1 - 1 / 13; 1 - 1 / 22 without a baseline
    expect(lines.find((line) => line.startsWith("│ short"))).toMatch(
      /91\.67 % │ +92\.31 % │ +0\.9931 │ +1,383 │ +10 │/,
    );
    expect(lines.find((line) => line.startsWith("│ the-longer"))).toMatch(/95\.45 % │ +│ +│ +1,383 │ +20 │/);
  });

  test("draws every round's accuracy on one scale, as long as there are rounds", () => {
    const [short, long] = ["short      ", "the-longer "].map(
      (name) => lines.find((line) => line.startsWith(`${name} `))?.slice(12) ?? "",
    ) as [string, string];
    expect([short.length, long.length]).toEqual([10, 20]);
    // accuracy depends on the round alone here, so on one scale both begin alike, and the longer run ends on top
    expect(long.startsWith(short)).toBe(true);
    expect([long[0], long.at(-1)]).toEqual(["▁", "█"]);
  });

  test("fits eighty columns", () => {
    const long = compareRuns([told("a", { rounds: 300 }), told("b", { rounds: 299 })]);
    const widths = comparisonText(long)
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });
});

describe("the page", () => {
  const results = [told("a"), told("b", { rounds: 9 }), told("c <i>", { baseline: false })];
  const text = comparisonPage(compareRuns(results));
  const { document } = parseHTML(text);

  test("overlays a curve of each model of each run, in both figures", () => {
    const figures = [...document.querySelectorAll("figure")];
    expect(figures.map((figure) => figure.querySelector("h3")?.textContent)).toEqual(["Accuracy", "Loss"]);
    for (const figure of figures) {
      const drawn = figure.querySelectorAll(
        ".large g[stroke^='var(--client-'], .large path[stroke^='var(--client-']",
      );
      expect(drawn).toHaveLength(5);
      const names = [...figure.querySelectorAll(".legend li")].map((entry) => entry.textContent);
      expect(names).toEqual(["a, federated", "a, centralized", "b, federated", "b, centralized", "c <i>"]);
    }
  });

  test("has the numbers behind the curves", () => {
    const table = document.querySelector("figure table");
    const rows = [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    // 1 - 1 / (r + 2) and 1 - 1 / (e + 3); only b goes on after five rounds
    expect(rows[1]).toEqual(["2", "75.00 %", "80.00 %", "75.00 %", "80.00 %", "75.00 %"]);
    expect(rows[8]).toEqual(["9", "", "", "90.91 %", "91.67 %", ""]);
  });

  test("fetches nothing, and takes a run's name for text", () => {
    expect(text).not.toMatch(/(src|href)="(?!data:)/);
    expect(text).not.toContain("<script");
    expect(document.querySelector("h1")?.textContent).toBe("a, b, c <i>");
  });

  test("tells a dozen runs apart", () => {
    const dozen = Array.from({ length: 12 }, (_, i) => told(`r${i}`, { baseline: false }));
    const { document } = parseHTML(comparisonPage(compareRuns(dozen)));
    const keys = [...document.querySelectorAll("figure:first-of-type .legend .key")];
    expect(new Set(keys.map((key) => key.getAttribute("style"))).size).toBe(12);
  });

  test("has the same bytes again", () => {
    expect(comparisonPage(compareRuns(results))).toBe(text);
  });
});

test("the majority line stands below the accuracies, once where it is alike, and warnings of each run", () => {
  const one = told("a", { rounds: 3 });
  const said = comparisonText(compareRuns([one, told("b", { rounds: 2 })]));
  expect(said).toContain("\nmajority line 10.34 %: always the most frequent class\n");
  expect(said).not.toContain("warning:");
  // a model that takes every example for the first class
  const confusion = (one.federated.confusion ?? []).map((row) => [
    row.reduce((sum, count) => sum + count, 0),
    ...row.slice(1).map(() => 0),
  ]);
  const idle = { ...one, federated: { ...one.federated, confusion } as typeof one.federated };
  expect(comparisonText(compareRuns([idle, told("b", { rounds: 2 })]))).toMatch(
    /\nwarning: a: the federated model hardly recognizes "1" \(0 of \d+ found\), .* and 6 other classes\n/,
  );
});
