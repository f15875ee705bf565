import { parseHTML } from "linkedom";
import { expect } from "vitest";
import { reportPage } from "../../report/page.ts";
import type { Story } from "../../report/story.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";

/** The page as a browser reads it. */
export const read = (story: Story) => parseHTML(reportPage(story)).document;
export type Page = ReturnType<typeof read>;

/** The rows of the table with that label, cell by cell. */
export function rows(page: Page, label: string): string[][] {
  const found = [...page.querySelectorAll("[role=region]")].filter(
    (region) => region.getAttribute("aria-label") === label,
  );
  expect(found, label).toHaveLength(1);
  return [...found.flatMap((region) => [...region.querySelectorAll("tbody tr")])].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => cell.textContent ?? ""),
  );
}

export const figuresOf = (page: Page) => [...page.querySelectorAll("figure")];

/** Models of as many classes that have learned nothing. */
export function models(classes: number) {
  const model = mlpOf(784, [32], classes);
  const parameters = initialParameters(model, 1);
  return { model, scaling: null, fit: {}, federated: parameters, baseline: parameters };
}
