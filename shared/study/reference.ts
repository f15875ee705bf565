import { show } from "../config/explain.ts";
import { studyInvalid } from "../errors.ts";
import type { Axis } from "./axes.ts";
import type { Cell } from "./cells.ts";
import type { Study } from "./study.ts";

/** The value of one axis that the others are compared with. */
export interface Reference {
  readonly axis: number;
  readonly label: string;
}

/** @throws StudyInvalid where it names no axis, or no value of it */
export function referenceOf({ reference }: Study, axes: readonly Axis[]): Reference | undefined {
  if (reference === undefined) return undefined;
  const [[name, label] = ["", ""], ...others] = Object.entries(reference);
  const axis = axes.findIndex((one) => one.label === name);
  if (others.length > 0 || axis < 0) {
    throw studyInvalid(
      `reference: got ${show(reference)}; takes one of the axes ${axes.map((one) => show(one.label)).join(", ")} ` +
        "and one of its values",
    );
  }
  const labels = axes[axis]?.values.map((value) => value.label) ?? [];
  if (labels.includes(label)) return { axis, label };
  throw studyInvalid(
    `reference.${name}: got ${show(label)}; takes one of the values ${labels.map(show).join(", ")}`,
  );
}

/** The cell that a cell is compared with: all else equal. None for the reference itself. */
export function counterpart(
  { labels }: Cell,
  { axis, label }: Reference,
  cells: readonly Cell[],
): Cell | undefined {
  if (labels[axis] === label) return undefined;
  const sought = labels.with(axis, label).join("\n");
  return cells.find((cell) => cell.labels.join("\n") === sought);
}
