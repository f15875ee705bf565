import { describe, expect, test } from "vitest";
import { figuresOf, type Page, read, rows } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

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
