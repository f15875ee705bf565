import Table, { type TableConstructorOptions } from "cli-table3";
import { visible } from "../shared/visible.ts";

type Text = string | number;
type Cell = Text | { readonly content: Text; readonly hAlign: "left" | "right" };

/** Without lines between the rows. */
export const oneRule = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" } as const;

/** A table for a terminal, whose cells may hold what others have named: they are shown, and never obeyed. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: Pick<TableConstructorOptions, "chars" | "colAligns"> = {},
): string {
  const table = new Table({ ...options, head: head.map(visible), style: { head: [], border: [] } });
  for (const row of rows) table.push(row.map(shown));
  return table.toString();
}

function shown(cell: Cell) {
  if (typeof cell === "object") return { ...cell, content: shownText(cell.content) };
  return shownText(cell);
}

const shownText = (text: Text): Text => (typeof text === "string" ? visible(text) : text);
