import type { Page } from "playwright-core";

const drawn =
  "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null))))";

/** What the models in the page answer, once it has drawn what it knows: every class's probability, or a number. */
export async function formAnswers(page: Page): Promise<Record<"federated" | "centralized", FormAnswer>> {
  const read = `${drawn}.then(() =>
    Object.fromEntries(["federated", "centralized"].map((name) => {
      const bars = [...document.querySelectorAll(".bar." + name)];
      const number = document.querySelector("#answer-" + name + " data");
      const values = number ? [number.value] : bars.map((bar) => bar.style.getPropertyValue("--share"));
      const named = bars.findIndex((bar) => bar.hasAttribute("data-best"));
      const said = document.querySelector("#answer-" + name).textContent;
      return [name, { values: values.map(Number), named, said }];
    })))`;
  return (await page.evaluate(read)) as Record<"federated" | "centralized", FormAnswer>;
}

export interface FormAnswer {
  readonly values: readonly number[];
  /** The class that is marked; -1 where none is. */
  readonly named: number;
  readonly said: string;
}

/** Fills in a field as a person would, by its label, of a choice the option; and waits until the page has drawn what it knows. */
export async function fillIn(page: Page, label: string, text: string): Promise<void> {
  const field = page.locator(".fields").getByLabel(label, { exact: true });
  if ((await field.and(page.locator("select")).count()) > 0) await field.selectOption({ label: text });
  else await field.fill(text);
  await page.evaluate(drawn);
}
