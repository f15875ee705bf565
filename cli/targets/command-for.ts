import type { Storage } from "./target.ts";

/** A command about the runs that are there, as a person types it. */
export function commandFor({ options }: Pick<Storage, "options">, command: string): string {
  return ["fedstep", command, options].filter((part) => part !== "").join(" ");
}
