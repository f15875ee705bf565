/** A fault that the project once had, as one edit that puts it back, and the tests that have to notice. */
export interface Mutant {
  /** In lower case with hyphens; no two have the same. */
  readonly name: string;
  /** What is wrong with it, in one sentence. */
  readonly fault: string;
  /** From the project's root, with slashes. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Files, from the root; in each of them a test fails. */
  readonly tests: readonly string[];
  /** The only tests of these files that are run: vitest's pattern of full names. */
  readonly titled?: string;
  /** Takes more than a minute; tried with --slow alone. */
  readonly slow?: true;
}

/** A mutant whose text is not the sources' any more. */
export class MutantOutdated extends Error {
  override readonly name = "MutantOutdated";
}

/**
 * The source with the mutant's edit.
 * @throws MutantOutdated where its text stands there not once
 */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const [before = "", ...behind] = source.split(find);
  if (find === "" || behind.length !== 1) {
    throw new MutantOutdated(`${name}: what it replaces stands ${behind.length} times in ${file}, not once`);
  }
  if (find === replace) throw new MutantOutdated(`${name}: replaces a text by itself`);
  return before + replace + behind.join("");
}
