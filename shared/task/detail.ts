/** A figure beside a task's score, as records have it. */
export interface Detail {
  /** Its field in JSON and CSV, the same for every run of the task: "prAuc". */
  readonly key: string;
  readonly name: string;
  /** Its name where models of several runs stand beside each other; tables of these leave it out where absent. */
  readonly short?: string;
  /** null where the examples do not tell it. */
  readonly value: number | null;
  /** share: 0 ... 1, shown in per cent; number: as it is. */
  readonly scale: "share" | "number";
}

/** What a model that never looks at its input scores on the same examples. */
export interface TrivialLine {
  /** What that one does: "always the most frequent class". */
  readonly does: string;
  /** In a table: "majority line". */
  readonly name: string;
  readonly score: number;
}

/** Figures for programs: the value of each by its key. */
export function byKey(details: readonly Detail[]): Record<string, number | null> {
  return Object.fromEntries(details.map(({ key, value }) => [key, value]));
}
