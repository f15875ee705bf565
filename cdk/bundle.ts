import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { door } from "../functions/door/rights.ts";
import { type FunctionName, functionFolder, functionNames } from "../functions/footprints.ts";
import { sampleUrl } from "../mnist/embedded-sample.ts";

export interface Bundle {
  /** Holds the bundle, the files that it reads, and nothing else: the function's asset. */
  readonly directory: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What is bundled: the steps, and the door, which is none. */
export type BundleName = FunctionName | typeof door.name;
export const bundleNames: readonly BundleName[] = [...functionNames, door.name];

/** Folders of their sources, below functions/. */
export const bundleFolders = bundleNames.map(functionFolder);

export type Bundles = Readonly<Record<BundleName, Bundle>>;

export interface BundleOptions {
  /** Holds functions/; the bundles' bytes do not depend on where it lies. */
  readonly root: string;
  readonly outdir: string;
  /** Without it, TensorFlow.js is left out of the bundles. */
  readonly tfjs: boolean;
}

/** The module of a bundle that Lambda loads. */
export const handlerFile = "index.mjs";

/** What a function's bundle reads from the folder that it lies in, as the module that reads it does. */
const readBeside: Partial<Record<BundleName, string>> = { PrepareRun: fileURLToPath(sampleUrl) };

/** What Lambda calls in a bundle. */
export const handler = "index.handler";

/** Some dependencies are CommonJS and require Node's own modules; an ES module has no require of its own. */
const banner =
  'import { createRequire as fedstepRequire } from "node:module"; const require = fedstepRequire(import.meta.url);';

/**
 * One ES module per function, the AWS SDK included, all in one run of esbuild. They need no node_modules: nothing
 * is declared external, so what cannot be bundled is an error.
 * @param folders below functions/, each of which becomes a folder of the same name
 */
export function bundling({ root, outdir, tfjs }: BundleOptions, folders: readonly string[]) {
  return {
    absWorkingDir: root,
    entryPoints: folders.map((folder) => ({
      // a source, or what was compiled of it
      in: `./functions/${folder}/index`,
      out: `${folder}/index`,
    })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    treeShaking: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // the SDK's ES modules shake down to a fraction of its CommonJS
    mainFields: ["module", "main"],
    legalComments: "none",
    banner: { js: banner },
    // TensorFlow.js asks for the folder of its binary even where the binary is embedded
    define: { FEDSTEP_TFJS: String(tfjs), ...(tfjs && { __dirname: '"."' }) },
    // TensorFlow.js takes its binary as a URL
    loader: { ".wasm": "dataurl" },
    logLevel: "warning",
  } satisfies BuildOptions;
}

/** Bundles the functions, each into a folder of its own. */
export async function bundleFunctions(options: BundleOptions): Promise<Bundles> {
  const { outdir } = options;
  // an installed package has it where somebody wants TensorFlow.js
  const { build } = await import("esbuild");
  await build(bundling(options, bundleFolders));
  const bundles = bundleNames.map((name): [BundleName, Bundle] => {
    const directory = join(outdir, functionFolder(name));
    const beside = readBeside[name];
    if (beside) copyFileSync(beside, join(directory, basename(beside)));
    const bytes = readFileSync(join(directory, handlerFile));
    return [
      name,
      { directory, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
    ];
  });
  return Object.fromEntries(bundles) as Record<BundleName, Bundle>;
}
