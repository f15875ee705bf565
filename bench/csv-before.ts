import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The last commit in which csv-parse made a string of each cell. */
const commit = "3d1cb85";

export interface ReaderBefore {
  /** The module that has its openTableFile. */
  readonly entry: string;
  readonly commit: string;
}

/** Puts the sources of the reader before into a folder, from the history, beside the packages that are installed. */
export function readerBefore(folder: string): ReaderBefore {
  const here = fileURLToPath(new URL("..", import.meta.url));
  mkdirSync(folder);
  const files = ["cli", "mnist", "report", "shared", "storage", "tables", "package.json", "tsconfig.json"];
  const options = { cwd: here, maxBuffer: 2 ** 28 };
  const archive = execFileSync("git", ["archive", commit, "--", ...files], options);
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));
  return { entry: join(folder, "cli", "dataset", "open-tables.ts"), commit };
}
