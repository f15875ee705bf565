import { elements } from "../embedded.ts";
import { shownNumber } from "../shown-number.ts";
import { shownShare } from "./bars.ts";
import { element } from "./element.ts";
import type { Answer, PageModels } from "./page-models.ts";

/** Has the line of each model say what it answers: a class and how probable it is, or a number in its unit. */
export function showAnswers({ names, embedded }: PageModels, answers: readonly Answer[] | undefined): void {
  for (const name of names) {
    const answer = answers?.find((one) => one.name === name);
    const line = element(`${elements.answer}-${name}`, HTMLElement);
    if (!answer) line.textContent = "–";
    else if (embedded.classes) line.replaceChildren(...classOf(answer, embedded.classes));
    else line.replaceChildren(...numberOf(answer, embedded.unit));
  }
}

/** The numbers that the models answer, in a line. */
export function saidNumbers({ embedded: { unit = "" } }: PageModels, answers: readonly Answer[]): string {
  return answers
    .map(({ name, values: [value = Number.NaN] }) => `${name}: ${shownNumber(value)} ${unit}`.trim())
    .join("; ");
}

function classOf({ values, named = -1 }: Answer, classes: readonly string[]): Node[] {
  const share = small(shownShare(values[named] ?? 0));
  return [document.createTextNode(`${classes[named] ?? ""} `), share];
}

function numberOf({ values: [value = Number.NaN] }: Answer, unit: string | undefined): Node[] {
  const number = document.createElement("data");
  number.value = String(value);
  number.textContent = shownNumber(value);
  return [number, ...(unit === undefined ? [] : [document.createTextNode(" "), small(unit)])];
}

function small(text: string): HTMLElement {
  const beside = document.createElement("small");
  beside.textContent = text;
  return beside;
}
