import { type Content, html, type Markup } from "./markup.ts";

export interface Column {
  readonly title: Content;
  /** Numbers stand at the right. */
  readonly align?: "left" | "right";
}

/**
 * A table in a box of its own that scrolls sideways where it is wider than the page. The first cell of a row is its
 * name.
 */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Markup {
  const kind = ({ align = "right" }: Column) => (align === "left" ? html` class="text"` : "");
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) => {
        const column = columns[i] ?? {};
        return i === 0
          ? html`<th scope="row"${kind(column as Column)}>${cell}</th>`
          : html`<td${kind(column as Column)}>${cell}</td>`;
      })}</tr>
`,
  )}</tbody></table></div>`;
}
