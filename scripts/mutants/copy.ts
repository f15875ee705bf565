import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Mutant, MutantOutdated, mutate } from "./mutant.ts";

/** What a checkout holds and no test reads; node_modules is linked. dist is made anew by the tests' global setup. */
const leftOut = [".git", ".fedstep", "node_modules", "dist", "cdk.out", "coverage"];

/** A copy of the project to make faults in. */
export interface ProjectCopy {
  /** The copy's root. */
  readonly folder: string;
  /** Where tests leave what is temporary, so that it goes with the copy, however they end. */
  readonly temporary: string;
  /** Why the mutant cannot be made, or undefined. */
  objection(mutant: Mutant): string | undefined;
  /** Does the work with the mutant in the copy. Afterwards its file is what it was. @throws MutantOutdated */
  during<Result>(mutant: Mutant, work: () => Promise<Result>): Promise<Result>;
  remove(): void;
}

export function copyProject(root: string): ProjectCopy {
  const place = mkdtempSync(join(tmpdir(), "fedstep-mutants-"));
  const folder = join(place, "project");
  const temporary = join(place, "temporary");
  const remove = () => rmSync(place, { recursive: true, force: true, maxRetries: 10 });
  try {
    mkdirSync(temporary);
    cpSync(root, folder, { recursive: true, filter: (path) => !leftOut.includes(basename(path)) });
    linkPackages(join(root, "node_modules"), join(folder, "node_modules"));
  } catch (error) {
    remove();
    throw error;
  }
  return {
    folder,
    temporary,
    objection: (mutant) => objection(folder, mutant),
    during: (mutant, work) => during(folder, mutant, work),
    remove,
  };
}

/** A folder of links and no link to the folder, since vitest writes beside the packages what it remembers. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name !== ".vite") symlinkSync(join(from, name), join(to, name));
  }
}

/** The file that a mutant is made in, as it is and as it will be. @throws MutantOutdated */
function edited(folder: string, mutant: Mutant): { path: string; before: string; after: string } {
  const path = join(folder, ...mutant.file.split("/"));
  if (!existsSync(path)) throw new MutantOutdated(`${mutant.name}: there is no ${mutant.file}`);
  const before = readFileSync(path, "utf8");
  return { path, before, after: mutate(before, mutant) };
}

function objection(folder: string, mutant: Mutant): string | undefined {
  try {
    edited(folder, mutant);
    return undefined;
  } catch (error) {
    if (error instanceof MutantOutdated) return error.message;
    throw error;
  }
}

async function during<Result>(folder: string, mutant: Mutant, work: () => Promise<Result>): Promise<Result> {
  const { path, before, after } = edited(folder, mutant);
  writeFileSync(path, after);
  try {
    return await work();
  } finally {
    writeFileSync(path, before);
  }
}
