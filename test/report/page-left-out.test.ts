import { describe, expect, test } from "vitest";
import { figuresOf, read, rows } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

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
