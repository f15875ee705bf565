import { scaledExample } from "../../../shared/model/asked-model.ts";
import { type EmbeddedModels, elements } from "../embedded.ts";
import { shownNumber } from "../shown-number.ts";
import { element } from "./element.ts";
import type { Field } from "./field.ts";

type Example = Uint8Array | Float32Array;

/** A table that folds out, of what the models are given: each feature as it was encoded, and as it was scaled. */
export class Given {
  readonly #table = element(elements.given, HTMLTableElement);
  readonly #folding = this.#table.closest("details");
  readonly #embedded: EmbeddedModels;
  readonly #features: readonly string[];
  #example: Example | undefined;

  constructor(embedded: EmbeddedModels, fields: readonly Field[]) {
    this.#embedded = embedded;
    this.#features = fields.flatMap(({ encoder }) => encoder.features);
    this.#folding?.addEventListener("toggle", () => this.#fill());
  }

  /** @param example as the data set has it; undefined where there is none */
  show(example: Example | undefined): void {
    this.#example = example;
    this.#fill();
  }

  /** Thousands of rows are written only where somebody looks at them. */
  #fill(): void {
    if (!this.#folding?.open) return;
    const { scaling } = this.#embedded;
    const example = this.#example;
    const scaled = example && scaling && scaledExample(example, scaling);
    const rows = this.#features.map((feature, at) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.className = "text";
      name.textContent = feature;
      const columns = scaling ? [example, scaled] : [example];
      row.append(name, ...columns.map((values) => cell(values?.[at])));
      return row;
    });
    this.#table.tBodies[0]?.replaceChildren(...rows);
  }
}

function cell(value: number | undefined): HTMLElement {
  const made = document.createElement("td");
  made.textContent = value === undefined ? "" : shownNumber(value);
  return made;
}
