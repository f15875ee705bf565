import { inspect } from "node:util";
import type { Assembly } from "../../../local/assembly/assembly.ts";

/** Compiled patterns are functions, of which no two are equal: two assemblies are the same where they print the same. */
export function printed(assembly: Assembly): string {
  return inspect(assembly, { depth: null, maxArrayLength: null, maxStringLength: null });
}
