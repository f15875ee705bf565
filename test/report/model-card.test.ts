import { expect, test } from "vitest";
import { modelCard } from "../../report/model-card.ts";
import type { ModelName } from "../../shared/layout.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { type StoryOptions, toldStory } from "./told-story.ts";

/** The card of one model of a told run, with what a test has otherwise. */
function cardOf(
  name: ModelName,
  { with: changed = {}, ...options }: StoryOptions & { with?: Partial<Result> } = {},
): string {
  const result = { ...toldStory(options).result, ...changed };
  const figures = result[name];
  if (!figures) throw new Error(`there is no ${name}`);
  return modelCard(name, result, figures, { scaling: null, fit: {} });
}

/** What stands in the front matter under a name, which is JSON. */
function frontMatter(card: string, field: string): unknown {
  const [, front = ""] = card.split("---\n");
  const line = front.split("\n").find((line) => line.startsWith(`${field}: `)) ?? "";
  return JSON.parse(line.slice(field.length + 2));
}

/** What stands in the table of the data beside a title. */
function cell(card: string, title: string): string | undefined {
  return card
    .split("\n")
    .map((line) => line.split("|").map((text) => text.trim()))
    .find(([, first]) => first === title)?.[2];
}

/** 4 clients hold out 1,383 examples and train with 3,200. */
const heldOut = "1,383";

test.each([
  [[], "held out by clients", `over ${heldOut} held-out examples`],
  [["federation.evaluation=test-set"], "test", `over ${heldOut} examples of the test set`],
])("the metrics of a run with %j say how many examples of which split they are over", (set, split, over) => {
  const card = cardOf("federated", { set });
  const accuracy = 1 - 1 / 7;
  expect(frontMatter(card, "model-index")).toMatchObject([
    {
      results: [
        {
          dataset: { name: "mnist", split },
          metrics: [
            { type: "accuracy", name: `Accuracy ${over}`, value: accuracy },
            { type: "loss", name: `Mean cross-entropy in nats ${over}`, value: 2 / 6 },
          ],
        },
      ],
    },
  ]);
});

test("metrics over some of the examples that clients hold out say of how many", () => {
  const { federated } = toldStory().result;
  const card = cardOf("federated", { with: { federated: { ...federated, examples: 59 } } });
  expect(frontMatter(card, "model-index")).toMatchObject([
    { results: [{ metrics: [{ name: `Accuracy over 59 of ${heldOut} held-out examples` }, {}] }] },
  ]);
});

test("the data are those that were used, of those that there are", () => {
  const card = cardOf("federated", { set: ["dataset.limit=4583"] });
  expect(cell(card, "examples")).toBe("4,583 of 70,000, those that `dataset.limit` leaves");
  expect(cell(card, "trained with")).toBe("3,200 examples");
  expect(cell(card, "held out by clients")).toBe(`${heldOut} examples, never trained with`);
});

test("where a test set evaluates, it is told in place of what clients hold out, which is nothing", () => {
  const clients = toldStory().result.clients.map((client) => ({ ...client, heldOut: 0 }));
  const card = cardOf("federated", { set: ["federation.evaluation=test-set"], with: { clients } });
  expect(cell(card, "publisher's test set")).toBe(`${heldOut} examples, never trained with`);
  expect(card).not.toMatch(/held out by clients|clients hold out/);
});

test("a model of a run that goes on from another one says what that one has decided", () => {
  const from = { run: "origin", round: 3 };
  const card = cardOf("federated", { with: { from } });
  expect(card).toMatch(/The first 3 of the rounds are those of run origin/);
  expect(card).toMatch(/and the model that it went on from, round 3 of run origin; the same gives/);
});

test("its baseline is trained anew", () => {
  expect(cardOf("baseline", { with: { from: { run: "origin", round: 3 } } })).not.toContain("origin");
});
