import { describe, expect, test } from "vitest";
import type { Story } from "../../report/story.ts";
import { figuresOf, read } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

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

test("the target stands in the accuracies' legend, and how the federation ended in the headline", () => {
  const story = toldStory({ set: ["federation.stop.accuracy=0.8"] });
  const federated = { ...story.result.federated, ended: "accuracy" as const };
  const page = read({ ...story, result: { ...story.result, federated } });
  expect(page.querySelector("figure .legend")?.textContent).toContain("target 80.00 %");
  expect(page.querySelector("header")?.textContent).toContain("5 rounds, when the target was reached");
});
