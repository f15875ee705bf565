import type { ColumnEncoder } from "../../../shared/schema/encode.ts";
import { elements } from "../embedded.ts";
import { type Entry, type ReadEntry, readEntry } from "../read-entry.ts";
import { element } from "./element.ts";

/** A field of the form: what its reader has filled in, as the models take it, or what is wrong with it. */
export class Field {
  readonly encoder: ColumnEncoder;
  readonly #control: HTMLInputElement | HTMLSelectElement;
  readonly #fault: HTMLElement;
  readonly #bytes: boolean;

  /** @param at its place among the fields */
  constructor(encoder: ColumnEncoder, at: number, bytes: boolean) {
    const id = `${elements.field}-${at}`;
    this.encoder = encoder;
    this.#control =
      encoder.column.type === "category" ? element(id, HTMLSelectElement) : element(id, HTMLInputElement);
    this.#fault = element(`${elements.fault}-${at}`, HTMLElement);
    this.#bytes = bytes;
  }

  get name(): string {
    return this.encoder.column.name;
  }

  /** Says beside the field what is wrong with it. */
  read(): ReadEntry {
    const read = readEntry(this.encoder, this.#entry(), this.#bytes);
    const fault = "fault" in read ? `It ${read.fault}.` : "";
    if (this.#fault.textContent !== fault) {
      this.#fault.textContent = fault;
      this.#fault.hidden = fault === "";
      if (fault === "") this.#control.removeAttribute("aria-invalid");
      else this.#control.setAttribute("aria-invalid", "true");
    }
    return read;
  }

  #entry(): Entry {
    const control = this.#control;
    if (control instanceof HTMLSelectElement) return { chosen: control.selectedIndex };
    return { written: control.value, partial: control.validity.badInput };
  }

  /** @param sought in lower case; everything has the empty text in it */
  showIf(sought: string): boolean {
    const shown = this.name.toLowerCase().includes(sought);
    const around = this.#control.parentElement;
    if (around) around.hidden = !shown;
    return shown;
  }

  focus(): void {
    this.#control.focus();
  }
}
