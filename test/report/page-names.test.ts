import { expect, test } from "vitest";
import { models, read, rows } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

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
