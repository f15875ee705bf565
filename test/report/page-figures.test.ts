import { describe, expect, test } from "vitest";
import { percent } from "../../report/percent.ts";
import { byClass, classifiersOf } from "../../report/sections/classes.ts";
import { byClient } from "../../report/sections/parts.ts";
import { read, rows } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

describe("the numbers of the page are the story's", () => {
  const story = toldStory();
  const page = read(story);
  const { result, rounds, epochs } = story;

  test("in the headline, beside what was published", () => {
    const said = [...page.querySelectorAll(".figures > div")].map((one) => one.textContent);
    expect(said).toEqual([
      `Federated${percent(result.federated.accuracy ?? NaN)}1,383 examples, published 85.50 %`,
      `Centralized${percent(result.baseline?.accuracy ?? 0)}1,383 examples, published 90.20 %`,
      // of the ten digits one is a little more frequent
      "Majority line10.34 %always the most frequent class",
      // 0.855 / 0.902
      `Ratio${result.ratio?.toFixed(4)}1,383 examples, published 0.9479`,
      "Time1 min 48 s1,114 invocations",
      "Lambda88 GB-s1 min 55 s billed",
    ]);
  });

  test("with the cost, where it is known", () => {
    const said = read({ ...story, cost: { dollars: 0.0612 } }).querySelector(".figures")?.textContent;
    expect(said).toContain("Cost$0.061");
  });

  test.each(["accuracy", "loss"] as const)("for %s by round and epoch", (measure) => {
    const show = (value: number | undefined) =>
      value === undefined ? "" : measure === "accuracy" ? percent(value) : value.toFixed(4);
    expect(rows(page, `${measure === "accuracy" ? "Accuracy" : "Loss"} by round and epoch`)).toEqual(
      rounds.map(({ evaluated }) => [
        String(evaluated.round),
        show(evaluated[measure]),
        "1,383",
        show(epochs.find(({ epoch }) => epoch === evaluated.round)?.[measure]),
        evaluated.round === 0 ? "" : "1,383",
      ]),
    );
  });

  test("for the labels of every client, as counts and as shares of its own", () => {
    const [first, ...others] = rows(page, "Examples of each label by client");
    // labels 0 ... 9 of client 0 have 10 ... 19 examples of 145
    expect(first?.slice(0, 4)).toEqual(["0", "106.9 %", "117.6 %", "128.3 %"]);
    // a quarter of the 1,383 examples in the confusion matrix
    expect(first?.slice(-3)).toEqual(["145", "800", "346"]);
    // 10 + 11 + 12 + 13 examples of label 0 in all four
    expect(others.at(-1)?.slice(0, 2)).toEqual(["all", "467.9 %"]);
  });

  test("for each client, of the final models", () => {
    expect(rows(page, "Accuracy by client")).toEqual(
      byClient(story).map(({ name }, client) => {
        const federated = 1 - 1 / 7 - client / 1000;
        const centralized = 0.99 - client / 1000;
        const examples = client < 3 ? "346" : "345";
        return [
          name,
          examples,
          percent(federated),
          percent(centralized),
          ((federated - centralized) * 100).toFixed(2),
        ];
      }),
    );
  });

  test("for each class, from the confusion matrices", () => {
    // class 0: beside the 100 and 120 hits, its row holds the mistakes 1 2 3 0 1 2 3 0 1, and 20 more beside the 100
    expect(rows(page, "Accuracy by class")[0]?.slice(0, 4)).toEqual(["class 0", "133", "75.19 %", "90.23 %"]);
    const classifiers = classifiersOf(story.result);
    if (!classifiers) throw new Error("the story is of no classifier");
    expect(byClass(story.result.dataset, classifiers)[0]?.federated).toBeCloseTo(100 / 133, 12);
  });

  test.each(["federated", "centralized"])("in the confusion matrix, %s", (name) => {
    const confusion = name === "federated" ? result.federated.confusion : result.baseline?.confusion;
    expect(rows(page, `Confusion matrix, ${name}`)).toEqual(
      confusion?.map((row, actual) => [actual, ...row].map(String)),
    );
  });

  test("for the updates of every client in every round", () => {
    expect(rows(page, "Size of the updates by round and client")[1]).toEqual(["2", "0.5", "1", "1.5", "2"]);
    expect(rows(page, "Direction of the updates by round and client")[1]).toEqual([
      ...["2", "0.999", "0.998", "0.997", "0.996"],
    ]);
  });

  test("for the time of every round", () => {
    expect(rows(page, "Seconds by round")).toEqual(
      rounds.map(({ round }) => [String(round), "1.250", "0.250", "0.500", "2.000"]),
    );
    // of 12 seconds in six rounds
    expect(page.querySelector("#time ~ figure .legend")?.textContent).toBe(
      "training 63 %aggregation 13 %waiting 25 %",
    );
  });

  test("for digests, configuration and command", () => {
    const text = page.querySelector("section:last-of-type")?.textContent ?? "";
    for (const value of [
      result.dataset.digest,
      result.federated.weightsSha256,
      result.baseline?.weightsSha256,
      "fedstep run --preset paper --set federation.rounds=5 --set baseline.epochs=5",
    ]) {
      expect(text).toContain(value);
    }
    expect(rows(page, "Configuration that differs from the defaults")).toEqual([
      ["model.hidden", "[32]", "[64]"],
      ["training.learningRate", "0.00016", "0.1"],
      ["training.localEpochs", "3", "1"],
      ["federation.rounds", "5", "100"],
      ["baseline.epochs", "5", "100"],
    ]);
  });
});
