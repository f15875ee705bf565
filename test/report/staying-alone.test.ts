import { describe, expect, test } from "vitest";
import { modelCard } from "../../report/model-card.ts";
import { reportPage } from "../../report/page.ts";
import { byClient } from "../../report/sections/parts.ts";
import type { Story } from "../../report/story.ts";
import { summary } from "../../report/summary.ts";
import { toldStory } from "./told-story.ts";

/** Of four owners of whom the third does not tell how its own model does. */
function ownersStory(): Story {
  const told = toldStory({ baseline: false });
  const final = told.rounds.at(-1);
  if (!final) throw new Error("a story has rounds");
  const clients = final.clients.map((one) =>
    one.client === 2 ? one : { ...one, alone: { accuracy: 0.6 + one.client / 100, loss: 0.75 } },
  );
  const alone = {
    owners: 3,
    examples: 1037,
    federated: { accuracy: 0.9123, loss: 0.3 },
    alone: { accuracy: 0.6123, loss: 0.75 },
  };
  return {
    ...told,
    result: { ...told.result, alone },
    rounds: [...told.rounds.slice(0, -1), { ...final, clients, alone }],
  };
}

const gain =
  "the federated model is right for 91.23 % of the 1,037 examples that 3 owners hold out; trained alone by each, the " +
  "same model is right for 61.23 %";
const textOf = (markup: string) => markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

describe("what a federation gains over staying alone is said", () => {
  const story = ownersStory();

  test("in the terminal", () => {
    const said = summary(story.result);
    expect(said).toContain(gain);
    expect(said).toMatch(/│ alone +│ +61\.23 % │ +1,037 │/);
  });

  test("on the page, and for each owner who tells it", () => {
    const page = reportPage(story);
    const text = textOf(page);
    expect(text.toLowerCase()).toContain(gain);
    expect(text).toContain("1,037 examples of 3 owners");
    expect(text).toContain("the one that each owner has trained alone");
    expect(byClient(story).map(({ beside }) => beside)).toEqual([0.6, 0.61, null, 0.63]);
    expect(text).toContain("client examples federated alone difference in points");
  });

  test("in the model's card", () => {
    const { result } = story;
    expect(modelCard("federated", result, result.federated, { scaling: null, fit: {} })).toContain(
      `Staying alone: ${gain}.`,
    );
  });

  test("nowhere, where too few tell it", () => {
    const told = toldStory({ baseline: false });
    const all = [
      summary(told.result),
      textOf(reportPage(told)),
      modelCard("federated", told.result, told.result.federated, { scaling: null, fit: {} }),
    ];
    expect(all.join()).not.toMatch(/trained alone|Staying alone/);
    expect(byClient(told).map(({ beside }) => beside)).toEqual([null, null, null, null]);
  });
});
