import { elements } from "../embedded.ts";
import { element } from "./element.ts";
import type { Field } from "./field.ts";

/** Leaves the fields in sight whose names have in them what is sought; nothing where the fields are few. */
export class Search {
  readonly #input: HTMLElement | null;
  readonly #fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    this.#input = document.getElementById(elements.search);
    this.#input?.addEventListener("input", () => this.update());
  }

  update(): void {
    if (!(this.#input instanceof HTMLInputElement)) return;
    const sought = this.#input.value.trim().toLowerCase();
    const shown = this.#fields.filter((field) => field.showIf(sought)).length;
    const all = this.#fields.length.toLocaleString("en");
    element(elements.found, HTMLElement).textContent =
      sought === "" ? `${all} fields` : `${shown.toLocaleString("en")} of ${all} fields`;
  }

  clear(): void {
    if (!(this.#input instanceof HTMLInputElement)) return;
    this.#input.value = "";
    this.update();
  }
}
