import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import { filesOf, rooms, root } from "./source-files.mjs";

const dist = join(root, "dist");
/** Of dist/: holds the code of all that begins there, in parts that several of them share or load when they are used. */
const chunks = "chunks";

/** What starts by its path: the command line, the stacks' apps, and the functions, which TensorFlow.js is bundled with. */
const entryPoints = [
  "cli/process.ts",
  "cdk/app.ts",
  "cdk/owner-app.ts",
  ...filesOf("functions").filter((path) => /^functions\/[^/]+\/index\.ts$/.test(path)),
];

/** What a module finds beside itself: beside its source, and beside the chunk that holds its code. */
const besideModules = [
  "local/lambda/runtime.mjs",
  "owner/training-child.mjs",
  "mnist/digits.generated.gz",
  "mnist/digits.LICENSE",
];

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * One bundle of all that an installed package runs, with the packages that it runs by: a command that loaded them file by
 * file would take three times as long to start. What package.json has installed beside it stays an import.
 */
export const bundling = {
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  outbase: root,
  chunkNames: `${chunks}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  write: false,
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  platform: "node",
  format: "esm",
  target: "node20.19",
  // the SDK's ES modules load faster than its CommonJS
  mainFields: ["module", "main"],
  // packages that are CommonJS have these
  banner: {
    js: 'import { createRequire as fedstepRequire } from "node:module"; const require = fedstepRequire(import.meta.url);',
  },
  define: { __filename: "import.meta.filename", __dirname: "import.meta.dirname" },
  // the licences are in a file of their own
  legalComments: "none",
  // for stacks, which cli/stacks.ts makes name the sources
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning",
};

/** Bundles the sources into dist/. Writes what is another than before, and removes what is not of them any more. */
export async function compile() {
  const { outputFiles } = await build(bundling);
  const compiled = new Map([
    ...outputFiles.map(({ path, contents }) => [path, contents]),
    ...besideModules.map((path) => [join(dist, chunks, basename(path)), readFileSync(join(root, path))]),
  ]);
  for (const [path, contents] of compiled) replace(path, contents);
  const left = [...rooms, chunks]
    .flatMap((folder) => filesOf(`dist/${folder}`))
    .map((path) => join(root, path));
  for (const path of left.filter((path) => !compiled.has(path))) rmSync(path, { force: true });
}

/** A rename, so that a command that starts meanwhile never reads half a file. */
function replace(path, contents) {
  if (isThere(path, contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

function isThere(path, contents) {
  try {
    return readFileSync(path).equals(contents);
  } catch (error) {
    if (error.code === "ENOENT") return false;
    throw error;
  }
}
