import type { DatasetRecord } from "../shared/workflow/run-record.ts";

/** What a class is called: by its own name where the data set has names, else by its number. */
export function className({ classNames }: Pick<DatasetRecord, "classNames">, label: number): string {
  return classNames?.[label] ?? String(label);
}

/** What a client is called: after the owner whose file it is, else by its number. */
export function clientName(
  { owners }: { readonly owners?: readonly string[] | undefined },
  client: number,
): string {
  return owners?.[client] ?? `client ${client}`;
}

/** Whether the classes are the ten digits. */
export function areDigits({ classes, classNames }: Pick<DatasetRecord, "classes" | "classNames">): boolean {
  return classes === 10 && (classNames ?? []).every((name, digit) => name === String(digit));
}

/** A name in at most so many characters. */
export function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, Math.max(1, most - 1))}…`;
}
