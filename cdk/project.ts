import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the sources, or dist/, where this is the module that was compiled of it. */
const here = fileURLToPath(new URL("..", import.meta.url));
const sources = [here, join(here, "..")].find(hasSources);

/**
 * The folder that a stack is synthesized from. In a checkout it is that of the sources, whoever asks: they may have
 * changed since they were compiled. An installed package has what was compiled of them.
 */
export const project = sources ?? here;

export function hasSources(root: string): boolean {
  return existsSync(join(root, "cdk", "app.ts"));
}

/** Whose stack a cloud assembly is of, and in which folder of an installed package it lies. */
const shippedIn = { coordinator: "assembly", owner: "owner-assembly" } as const;
export type StackOf = keyof typeof shippedIn;

/** The cloud assembly that an installed package brings, and the digest of the sources that it was made of. */
export function shippedAssembly(
  root: string,
  of: StackOf = "coordinator",
): { directory: string; digestFile: string } | undefined {
  const directory = join(root, shippedIn[of]);
  return existsSync(directory) ? { directory, digestFile: join(directory, "sources.sha256") } : undefined;
}
