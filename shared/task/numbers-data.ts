import { configInvalid } from "../errors.ts";
import type { NamedTargets } from "./fit.ts";

/** Whether targets are numbers, as a task of numbers takes them. @throws ConfigInvalid */
export function checkNumbers(kind: string, { name, classes, target }: NamedTargets): void {
  if (target) return;
  throw configInvalid(
    `task.kind: ${kind} takes targets that are numbers, and ${name} was read as ${classes} classes; take a table, with ` +
      "the column of numbers as --label, or another task.kind",
  );
}
