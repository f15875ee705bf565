import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Folders that an installed package runs, compiled. */
export const rooms = [
  "cdk",
  "cli",
  "cloud",
  "functions",
  "local",
  "mnist",
  "owner",
  "report",
  "shared",
  "storage",
  "system",
  "tables",
];

/** Folders and files that decide about what is compiled, and how. */
const sources = [
  ...rooms,
  "scripts/generate",
  ...["compile", "prepare", "source-files"].map((name) => `scripts/${name}.mjs`),
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** SHA-256 over paths and bytes of the sources, without what is made of them. */
export function sourcesDigest() {
  const hash = createHash("sha256");
  for (const path of sources.flatMap(filesOf).filter((path) => !/\.generated\.\w+$/.test(path))) {
    const bytes = readFileSync(join(root, path));
    // the length keeps a file's end from being read as the next one's name
    hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** Paths from the root of a folder's files, or of the file; in an order that does not depend on the file system. */
export function filesOf(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
