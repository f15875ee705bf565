import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import * as z from "zod";
import { bundleFolders, bundling as functionsBundling } from "../cdk/bundle.ts";
import { ownerFolder } from "../cdk/owner-bundle.ts";
import { bundling } from "./compile.mjs";

const named = z.object({ name: z.string(), version: z.string() });
/** Packages of old have a list. */
const manifest = z.union([
  named.extend({ license: z.string() }),
  named
    .extend({ licenses: z.tuple([z.object({ type: z.string() })]) })
    .transform(({ licenses: [{ type }], ...rest }) => ({ ...rest, license: type })),
]);

/** Of each package whose code is in the program or the functions' bundles: name, version and licence, with the text that it brings. */
export async function bundledLicences(root: string): Promise<string> {
  /** Packages by the text that they share. */
  const texts = new Map<string, Set<string>>();
  for (const folder of await bundledFolders(root)) {
    const { name, version, license } = manifest.parse(readJson(join(root, folder, "package.json")));
    const text = licenceText(join(root, folder));
    texts.set(text, (texts.get(text) ?? new Set()).add(`${name} ${version}: ${license}`));
  }
  const parts = [...texts].map(([text, packages]) => `${[...packages].sort().join("\n")}\n\n${text}`.trim());
  return `The program and the bundles of the functions hold code of these packages.\n\n${parts.sort().join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

/** Of the packages whose code is in what is shipped, from the root. */
export async function bundledFolders(root: string): Promise<ReadonlySet<string>> {
  const folders = [...bundleFolders, ownerFolder];
  const functions = functionsBundling({ root, outdir: join(root, "unwritten"), tfjs: false }, folders);
  return new Set((await Promise.all([bundling, functions].map(foldersIn))).flat());
}

async function foldersIn(options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({ ...options, write: false, metafile: true });
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageFolder(path) ?? []) : []));
}

const packageFolder = (path: string) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Empty where the package brings none, and names its licence alone. */
function licenceText(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|notice)/i.test(name));
  return files
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim())
    .join("\n\n");
}
