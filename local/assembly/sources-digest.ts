import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Synthesis } from "./synthesis.ts";

/** Everything that a cloud assembly is made from, below the project's root. */
export const sources = [
  "cdk",
  "cloud",
  "functions",
  "mnist",
  "report",
  "shared",
  "storage",
  "scripts/generate",
  // of an installed package, which has what was compiled: the digest of its sources
  "assembly/sources.sha256",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** What an owner's is made from beside it: its functions do what an owner's own process does. */
export const ownersSources = ["owner", "tables", "system"];

/** What npm has installed beside an installed package, which comes without a lock file. */
const installed = "../../.package-lock.json";

/** Made from sources that are in the digest already. */
const isDerived = (path: string) => /\.generated\.\w+$/.test(path);

/** SHA-256 over the sources' paths and bytes, the context and Node's major version. */
export function sourcesDigest({ root, of, context }: Synthesis): string {
  const hash = createHash("sha256");
  const all = of === "owner" ? [...sources, ...ownersSources] : sources;
  hash.update(JSON.stringify({ of, context, node: process.versions.node.split(".")[0] }));
  for (const path of [...all, installed].flatMap((source) => filesOf(join(root, source)))) {
    const bytes = readFileSync(path);
    // the length keeps a file's end from being read as the next one's name
    hash.update(`\0${relative(root, path).split(sep).join("/")}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** In an order that does not depend on the file system. */
function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !isDerived(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
