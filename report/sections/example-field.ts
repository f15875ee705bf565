import type { TableColumn } from "../../shared/schema/table-schema.ts";
import { html, type Markup } from "../markup.ts";
import { elements } from "../page/embedded.ts";

/**
 * A labelled field of a form, with what the schema says of its column and room for what is wrong with what is filled in.
 * @param start what it begins with
 * @param bytes whether its numbers are bytes
 */
export function exampleField(column: TableColumn, at: number, start: string, bytes: boolean): Markup {
  const [field, about, fault] = [elements.field, elements.about, elements.fault].map((id) => `${id}-${at}`);
  const said = aboutOf(column, bytes);
  const described = [...(said === "" ? [] : [about]), fault].join(" ");
  return html`<div class="field"><label for="${field}">${column.name}</label>
${column.type === "category" ? choice(column, start, field, described) : input(column, start, field, described)}
${said !== "" && html`<p class="about" id="${about}">${said}</p>`}<p class="fault" id="${fault}" hidden></p></div>
`;
}

function input({ type }: TableColumn, start: string, id: string | undefined, described: string): Markup {
  const kind = type === "date" ? html`type="date" max="9999-12-31"` : html`type="text" inputmode="decimal"`;
  return html`<input ${kind} id="${id}" value="${start}" aria-describedby="${described}">`;
}

/** The options are the list's, in its order, then any other value, then none where the schema takes gaps. */
function choice(
  { categories = [], missing }: TableColumn,
  start: string,
  id: string | undefined,
  described: string,
): Markup {
  return html`<select id="${id}" aria-describedby="${described}">${categories.map(
    (value) => html`<option${value === start ? html` selected` : ""}>${value}</option>`,
  )}<option>other: none of these</option>${missing !== undefined && html`<option>missing</option>`}</select>`;
}

function aboutOf({ type, unit, range, missing }: TableColumn, bytes: boolean): string {
  const [lowest, highest] = range ?? (bytes ? [0, 255] : []);
  const within = lowest === undefined ? undefined : `${lowest} to ${highest}`;
  const gap = missing !== undefined && type !== "category" ? "may be empty" : undefined;
  return [unit, within, gap].filter((part) => part !== undefined).join(", ");
}
