import { describe, expect, test } from "vitest";
import { pageScripts } from "../../report/page/assets.generated.ts";
import { shownNumber } from "../../report/page/shown-number.ts";
import { trialOf } from "../../report/trial.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { taskKinds } from "../../shared/task/kinds.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";
import { manyFieldsStory } from "./many-fields.ts";
import { models, read } from "./read-page.ts";
import { toldStory } from "./told-story.ts";

const { dataset } = toldStory().result;
const { imageShape: _, ...table } = dataset;
const configOf = (kind: string) => resolveConfig({ set: [`task.kind=${kind}`] });
const picture = { config: configOf("classification"), dataset, scaling: null, model: mlpOf(784, [4], 10) };

describe("how examples are put together in the page", () => {
  test("pictures as MNIST's are drawn, and others are not", () => {
    const scaling = { mean: [0], deviation: [1] };
    expect(trialOf(picture)).toBe("drawing");
    expect(trialOf({ ...picture, scaling })).toBeUndefined();
    expect(trialOf({ ...picture, dataset: { ...dataset, element: "float32" } })).toBeUndefined();
    expect(trialOf({ ...picture, dataset: { ...dataset, imageShape: [32, 32] } })).toBeUndefined();
    expect(trialOf({ ...picture, config: configOf("regression") })).toBeUndefined();
  });

  test.each(taskKinds.map(({ name }) => name))("rows of a table are filled in, scaled or not: %s", (kind) => {
    for (const scaling of [null, { mean: [0], deviation: [1] }]) {
      for (const element of ["uint8", "float32"] as const) {
        const asked = { ...picture, config: configOf(kind), scaling, dataset: { ...table, element } };
        expect(trialOf(asked)).toBe("form");
      }
    }
  });

  test("nobody fills in thousands of fields", () => {
    const wide = (features: number) => ({ ...picture, dataset: table, model: mlpOf(features, [4], 10) });
    expect(trialOf(wide(5_000))).toBe("form");
    expect(trialOf(wide(5_001))).toBeUndefined();
  });
});

test("a form has no sample strokes, and a page carries the one script that it takes", () => {
  const form = read(manyFieldsStory(3));
  const drawing = read(toldStory({ models: models(10) }));
  const scriptsOf = (page: typeof form) =>
    [...page.querySelectorAll("script:not([type])")].map(({ textContent }) => textContent);
  expect(scriptsOf(form)).toEqual([pageScripts.form]);
  expect(scriptsOf(drawing)).toEqual([pageScripts.drawing]);
  expect(form.querySelector("canvas")).toBeNull();
});

test("the scripts are small: neither the schemas nor the kernel's sources are in them", () => {
  for (const script of Object.values(pageScripts)) {
    expect(script.length).toBeGreaterThan(4_000);
    expect(script.length).toBeLessThan(14_000);
    expect(script).not.toMatch(/zod|WebAssembly/i);
  }
});

test("few fields have no search, and stand open", () => {
  const [few, many] = [12, 13].map((count) => read(manyFieldsStory(count)));
  expect(few?.getElementById("search")).toBeNull();
  expect(many?.getElementById("search")).not.toBeNull();
  expect(few?.querySelectorAll(".field label")).toHaveLength(12);
});

test.each([
  [10.0708, "10.07"],
  [312_456.4, "312,456"],
  [-0.00123456, "-0.001235"],
  [0, "0"],
  [2.5e-9, "2.500e-9"],
  [1.5e13, "1.500e+13"],
])("a number is told in digits that matter: %d is %s", (value, shown) => {
  expect(shownNumber(value)).toBe(shown);
});
