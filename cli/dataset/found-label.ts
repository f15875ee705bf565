import type { Table } from "./table.ts";

/** A label that a table's rows have. */
export interface FoundLabel {
  readonly name: string;
  /** Where it first is: "a.csv: line 7, column "y"". */
  readonly place: string;
  readonly rows: number;
}

/** Those of the table's labels that its rows have. */
export function foundLabels({ label, labelColumn, labels, rowLabels }: Table): FoundLabel[] {
  const rows = new Uint32Array(labels.length);
  for (const index of rowLabels) rows[index] = (rows[index] ?? 0) + 1;
  return labels.flatMap(({ name, firstAt }, i) =>
    firstAt === undefined
      ? []
      : [{ name, place: `${label}: ${firstAt}, ${labelColumn}`, rows: rows[i] ?? 0 }],
  );
}
