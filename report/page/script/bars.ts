import { type EmbeddedModelName, elements } from "../embedded.ts";
import type { Answer, PageModels } from "./page-models.ts";

/** A pause after which a screen reader is told: while somebody draws or writes, the answer changes with every move. */
const settledMs = 500;

export function shownShare(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

/** Has every class's bar show the models' probabilities; none of them where nothing is asked. */
export function showBars(
  { names, embedded: { classes = [] } }: PageModels,
  answers: readonly Answer[] | undefined,
): void {
  for (const name of names)
    showModel(
      name,
      answers?.find((answer) => answer.name === name),
      classes.length,
    );
}

function showModel(name: EmbeddedModelName, answer: Answer | undefined, classes: number): void {
  for (let label = 0; label < classes; label++) {
    const cell = document.getElementById(`${elements.predictions}-${name}-${label}`);
    if (!cell) continue;
    const probability = answer?.values[label] ?? 0;
    cell.style.setProperty("--share", String(probability));
    cell.toggleAttribute("data-best", label === answer?.named);
    const value = cell.querySelector("span");
    if (value) value.textContent = answer ? shownShare(probability) : "";
  }
}

/** The classes that the models name, in a line. */
export function saidClasses({ embedded: { classes = [] } }: PageModels, answers: readonly Answer[]): string {
  return answers
    .map(
      ({ name, values, named = -1 }) => `${name}: ${classes[named] ?? ""}, ${shownShare(values[named] ?? 0)}`,
    )
    .join("; ");
}

/** Tells a screen reader, once nothing has changed for a while. */
export function settledVerdict(verdict: HTMLElement): (text: string) => void {
  let settling: number | undefined;
  return (text) => {
    clearTimeout(settling);
    settling = window.setTimeout(() => {
      verdict.textContent = text;
    }, settledMs);
  };
}
