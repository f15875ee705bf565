import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import * as z from "zod";
import { bundleFolders, bundling } from "../cdk/bundle.ts";
import { ownerFolder } from "../cdk/owner-bundle.ts";

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Of each package whose code is in the functions' bundles: name, version and licence, with the text that it brings. */
export async function bundledLicences(root: string): Promise<string> {
  const { metafile } = await build({
    ...bundling({ root, outdir: join(root, "unwritten"), tfjs: false }, [...bundleFolders, ownerFolder]),
    write: false,
    metafile: true,
  });
  const folders = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageFolder(path) ?? []) : []));
  /** Packages by the text that they share. */
  const texts = new Map<string, Set<string>>();
  for (const folder of new Set(folders)) {
    const { name, version, license } = manifest.parse(readJson(join(root, folder, "package.json")));
    const text = licenceText(join(root, folder));
    texts.set(text, (texts.get(text) ?? new Set()).add(`${name} ${version}: ${license}`));
  }
  const parts = [...texts].map(([text, packages]) => `${[...packages].sort().join("\n")}\n\n${text}`.trim());
  return `The bundles of the functions hold code of these packages.\n\n${parts.sort().join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
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
