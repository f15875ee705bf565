import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { reportPage } from "../../report/page.ts";
import { percent } from "../../report/percent.ts";
import { byClass, classifiersOf } from "../../report/sections/classes.ts";
import { byClient } from "../../report/sections/parts.ts";
import type { Story } from "../../report/story.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";
import { toldStory } from "./told-story.ts";

const read = (story: Story) => parseHTML(reportPage(story)).document;
type Page = ReturnType<typeof read>;

/** The rows of the table with that label, cell by cell. */
function rows(page: Page, label: string): string[][] {
  const found = [...page.querySelectorAll("[role=region]")].filter(
    (region) => region.getAttribute("aria-label") === label,
  );
  expect(found, label).toHaveLength(1);
  return [...found.flatMap((region) => [...region.querySelectorAll("tbody tr")])].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => cell.textContent ?? ""),
  );
}

const figuresOf = (page: Page) => [...page.querySelectorAll("figure")];

describe("the numbers of the page are the story's", () => {
  const story = toldStory();
  const page = read(story);
  const { result, rounds, epochs } = story;

  test("in the headline, beside what was published", () => {
    const said = [...page.querySelectorAll(".figures > div")].map((one) => one.textContent);
    expect(said).toEqual([
      `Federated${percent(result.federated.accuracy)}1,383 examples, published 85.50 %`,
      `Centralized${percent(result.baseline?.accuracy ?? 0)}1,383 examples, published 90.20 %`,
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

describe("figures over different examples", () => {
  const story = toldStory();
  const { result } = story;
  const captionOf = (page: Page, title: string) =>
    figuresOf(page)
      .find((one) => one.querySelector("h3")?.textContent === title)
      ?.querySelector("p")?.textContent;

  test("are said to be so where only those evaluate who were selected", () => {
    const few = toldStory({ set: ["federation.fraction=0.5"] });
    const rounds = few.result.federated.rounds.map((one, i) => ({
      ...one,
      examples: i === 4 ? 1_383 : 600 + i,
    }));
    const page = read({ ...few, result: { ...few.result, federated: { ...few.result.federated, rounds } } });
    expect(captionOf(page, "Accuracy")).toContain(
      "what those who were selected for a round hold out, 600 to 1,383 examples",
    );
    for (const title of ["Accuracy", "Loss"]) {
      expect(captionOf(page, title)).toContain(
        "evaluated on all 1,383, so that the two curves are over different examples",
      );
    }
    const whole = captionOf(read(story), "Accuracy");
    expect(whole).toContain("Share of the 1,383 examples that clients held out");
    expect(whole).not.toContain("different examples");
  });

  test("of classes do not stand beside each other where somebody was silent", () => {
    const federated = { ...result.federated, examples: 1_000 };
    const page = read({ ...story, result: { ...result, federated } });
    expect(rows(page, "Accuracy by class")[0]).toEqual(["class 0", "133", "75.19 %"]);
    expect(captionOf(page, "Accuracy for each class")).toContain(
      "The centralized model was evaluated on 1,383",
    );
    expect(captionOf(page, "Confusion, federated")).toContain("What the 1,000 examples are");
    expect(captionOf(page, "Confusion, centralized")).toContain("What the 1,383 examples are");
  });

  test("of the rounds of another run are said to be of what was held out there", () => {
    const page = read({ ...story, result: { ...result, from: { run: "first", round: 3 } } });
    expect(captionOf(page, "Accuracy")).toContain("The models up to round 2 were evaluated by first");
  });
});

describe("every chart", () => {
  test.each<[string, Story]>([
    ["of a few clients", toldStory()],
    ["of 150 clients", toldStory({ clients: 150 })],
    ["of two classes", toldStory({ classes: 2 })],
    ["of one round", toldStory({ rounds: 1 })],
    ["of 400 rounds", toldStory({ rounds: 400, clients: 2 })],
  ])("%s stands in a figure with caption, name and table", (_what, story) => {
    const figures = figuresOf(read(story));
    expect(figures).toHaveLength(10);
    for (const figure of figures) {
      expect(figure.querySelector("figcaption h3")?.textContent).toBeTruthy();
      expect(figure.querySelector("figcaption p")?.textContent).toBeTruthy();
      expect(figure.querySelectorAll("details tbody tr").length).toBeGreaterThan(0);
      const charts = [...figure.querySelectorAll("svg")];
      expect(charts).toHaveLength(2);
      for (const chart of charts) {
        expect(chart.getAttribute("role")).toBe("img");
        expect(chart.getAttribute("aria-label")).toMatch(/\w+ \w+/);
        expect(chart.outerHTML).not.toMatch(/NaN|Infinity|undefined/);
        // a colour of its own would be lost in either light or dark
        expect(chart.outerHTML).not.toMatch(/(fill|stroke)="(#|rgb|black|white)/);
      }
    }
  });
});

describe("the page leaves out what there is not", () => {
  test("a baseline", () => {
    const page = read(toldStory({ baseline: false }));
    expect(page.body.textContent?.match(/.*centralized.*/i)).toBeNull();
    expect(figuresOf(page)).toHaveLength(9);
  });

  test("clients' own accuracies, where a test set evaluates", () => {
    const story = toldStory({ set: ["federation.evaluation=test-set"] });
    const rounds = story.rounds.map((round) => ({ ...round, clients: [] }));
    const epochs = story.epochs.map(({ clients: _, ...epoch }) => epoch);
    const page = read({ ...story, rounds, epochs });
    expect(page.body.textContent).not.toContain("Accuracy for each client");
    expect(page.querySelector(".lead")?.textContent).toContain("of the test set");
  });

  test("models to try", () => {
    const page = read(toldStory());
    expect(page.querySelector("script")).toBeNull();
    expect(page.body.textContent).not.toContain("Try it");
  });

  test("silent clients, unless there were any", () => {
    const story = toldStory();
    expect(read(story).body.textContent).not.toContain("Silent");
    const silence = { client: 3, task: "train" as const, error: "Sandbox.Timedout", cause: "<b>late</b>" };
    const rounds = story.rounds.map((round) => (round.round === 2 ? { ...round, silent: [silence] } : round));
    expect(rows(read({ ...story, rounds }), "Clients that did not report")).toEqual([
      ["2", "3", "train", "Sandbox.Timedout", "<b>late</b>"],
    ]);
  });
});

test("the target stands in the accuracies' legend, and how the federation ended in the headline", () => {
  const story = toldStory({ set: ["federation.stop.accuracy=0.8"] });
  const federated = { ...story.result.federated, ended: "accuracy" as const };
  const page = read({ ...story, result: { ...story.result, federated } });
  expect(page.querySelector("figure .legend")?.textContent).toContain("target 80.00 %");
  expect(page.querySelector("header")?.textContent).toContain("5 rounds, when the target was reached");
});

test("classes and owners stand by their names, whatever these are", () => {
  const story = toldStory({ clients: 2, classes: 2, models: models(2) });
  const dataset = {
    ...story.result.dataset,
    classNames: ["</script>", "a class with a long name"],
    owners: ["north", "south"],
  };
  const page = read({ ...story, result: { ...story.result, dataset } });
  expect(rows(page, "Accuracy by client").map(([name]) => name)).toEqual(["north", "south"]);
  expect(rows(page, "Accuracy by class").map(([name]) => name)).toEqual(dataset.classNames);
  expect(rows(page, "Confusion matrix, federated").map(([name]) => name)).toEqual(dataset.classNames);
  expect(rows(page, "Examples of each label by client").map(([name]) => name)).toEqual([
    "north",
    "south",
    "all",
  ]);
  expect(page.querySelectorAll("script")).toHaveLength(2);
  const embedded = JSON.parse(page.getElementById("models")?.textContent ?? "") as { classes: string[] };
  expect(embedded.classes).toEqual(dataset.classNames);
  // what is no digit has no strokes to show
  expect(page.getElementById("samples")).toBeNull();
});

/** Models of as many classes that have learned nothing. */
function models(classes: number) {
  const model = mlpOf(784, [32], classes);
  const parameters = initialParameters(model, 1);
  return { model, federated: parameters, baseline: parameters };
}

describe("the page is self-contained", () => {
  const paperShaped = toldStory({ clients: 10, rounds: 100, models: models(10) });

  test("and at most 2 MB for the paper's run", () => {
    expect(Buffer.byteLength(reportPage(paperShaped))).toBeLessThanOrEqual(2_000_000);
  });

  test("no id stands in it twice", () => {
    const ids = [...read(paperShaped).querySelectorAll("[id]")].map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  test("it names nothing to fetch", () => {
    const page = read(paperShaped);
    expect([...page.querySelectorAll("[src], link:not([rel=icon]), iframe, object")]).toEqual([]);
    expect(page.querySelector("link[rel=icon]")?.getAttribute("href")).toBe("data:,");
    expect(page.querySelector("style")?.textContent).not.toMatch(/@import|url\(/);
  });

  test("the same story gives the same bytes", () => {
    const [first, again] = [reportPage(paperShaped), reportPage(paperShaped)];
    // toBe would show a difference in full, which is a megabyte
    expect(first === again).toBe(true);
  });

  test("the models are in it as they are, float by float", () => {
    const text = read(paperShaped).getElementById("models")?.textContent ?? "";
    const { parameters: embedded } = JSON.parse(text) as { parameters: Record<string, string> };
    const bytes = Buffer.from(embedded.federated ?? "", "base64");
    expect(new Float32Array(Uint8Array.from(bytes).buffer)).toEqual(models(10).federated);
  });
});
