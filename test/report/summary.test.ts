import { describe, expect, test } from "vitest";
import { reportPage } from "../../report/page.ts";
import { storyOf } from "../../report/story.ts";
import { summary } from "../../report/summary.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { mnistDigest, sampleDigest } from "../../shared/dataset/known-digests.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { toldStory } from "./told-story.ts";

const told = toldStory();

/** A result of preset paper on the given data. */
function resultOn(
  digest: string,
  config = resolveConfig({ preset: "paper" }),
  more: Partial<Result> = {},
): Result {
  return { ...told.result, config, dataset: { ...told.result.dataset, digest }, ...more };
}

/** The rows of the summary's table, cell by cell. */
const rows = (result: Result) =>
  summary(result)
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) =>
      line
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const pageOf = (result: Result) => {
  const { rounds, epochs } = told;
  return reportPage(storyOf({ result, rounds, epochs, models: undefined }));
};

/** One of the published figures, wherever it stands. */
const besides = /85\.50? %/;

describe("the published figures", () => {
  test("stand beside those of the preset's run on all of MNIST, in a column and in the report", () => {
    const result = resultOn(mnistDigest);
    expect(rows(result)).toEqual([
      ["", "accuracy", "examples", "published"],
      ["federated", "85.71 %", "1,383", "85.50 %"],
      ["centralized", "87.50 %", "1,383", "90.20 %"],
      ["majority line", "10.34 %", "1,383", ""],
      ["ratio", "0.9796", "1,383", "0.9479"],
    ]);
    expect(pageOf(result)).toMatch(besides);
  });

  test.each<[string, Result, string]>([
    ["other data", resultOn("ab".repeat(32)), "this run differs in its data."],
    [
      "other settings",
      resultOn(mnistDigest, resolveConfig({ preset: "paper", set: ["federation.rounds=5"] })),
      "this run differs in federation.rounds.",
    ],
    [
      "the rounds of another run",
      resultOn(mnistDigest, undefined, { from: { run: "first", round: 2 } }),
      "this run differs in the rounds of first that it goes on from.",
    ],
  ])("do not stand beside %s, and that is said", (_what, result, why) => {
    expect(rows(result)[0]).toEqual(["", "accuracy", "examples"]);
    for (const text of [summary(result), pageOf(result)]) {
      expect(text).not.toMatch(besides);
      expect(text).toContain(
        `published for preset paper are left out: they take all 70,000 images of MNIST and the preset as it stands, and ${why}`,
      );
    }
  });
});

describe("on the sample", () => {
  const config = resolveConfig({ preset: "paper", sample: true, set: ["seed=3"] });
  const result = resultOn(sampleDigest, config, {
    dataset: { ...told.result.dataset, digest: sampleDigest, name: "mnist-sample", examples: 10_000 },
  });

  test("summary and report say so, what the published figures take, and the next command", () => {
    for (const text of [summary(result), pageOf(result)]) {
      expect(text).not.toMatch(besides);
      expect(text).toContain("This is the sample: 10,000 digits that fedstep carries");
      expect(text).toContain("training.learningRate 0.00112 in place of 0.00016: seven times");
      expect(text).toContain("they take all 70,000 images of MNIST");
      // with the settings that all of MNIST takes: the sample's are not named
      expect(text).toMatch(/fedstep run --preset paper --set seed=3 --data DIR\b/);
    }
  });

  test("whoever came by npm is told the command as npm takes it", () => {
    expect(summary(result, "npm run fedstep --")).toContain(
      "\nnext: npm run fedstep -- run --preset paper --set seed=3 --data DIR\n",
    );
  });

  test("whoever set what the preset has for it is not told that the preset did", () => {
    const own = resolveConfig({ preset: "paper", sample: true, set: ["training.learningRate=0.5"] });
    const text = summary({ ...result, config: own });
    expect(text).not.toContain("seven times");
    expect(text).toContain("run --preset paper --set training.learningRate=0.5 --data DIR");
  });
});

describe("a model that some clients did not evaluate", () => {
  const some = { ...told.result.federated, examples: 500 };
  const compared = { examples: 500, federated: some.accuracy ?? NaN, baseline: 0.95 };
  const result = resultOn(mnistDigest, undefined, {
    federated: some,
    compared,
    ratio: (some.accuracy ?? NaN) / 0.95,
  });

  test("has its number of examples beside all, and the ratio says what it is over", () => {
    expect(rows(result).map((row) => row.slice(0, 3))).toEqual([
      ["", "accuracy", "examples"],
      ["federated", "85.71 %", "500 of 1,383"],
      ["centralized", "87.50 %", "1,383"],
      ["majority line", "10.34 %", "500"],
      ["ratio", "0.9023", "500"],
    ]);
    const note =
      "the ratio is over the 500 that both have, of which the centralized model is right for 95.00 %";
    expect(summary(result)).toContain(note);
    expect(pageOf(result)).toContain(note);
  });

  test("has no ratio where the baseline on the same examples is not known", () => {
    const unknown = { ...result, compared: null, ratio: null };
    expect(rows(unknown).map(([name]) => name)).toEqual(["", "federated", "centralized", "majority line"]);
    expect(summary(unknown)).toContain("no ratio: the federated model was evaluated on 500 examples");
  });
});
