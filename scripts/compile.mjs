import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { build } from "esbuild";
import { filesOf, rooms, root } from "./source-files.mjs";

const output = join(root, "dist");

/** What the kernel and the report's page are generated from, and the drafts of a build at the same time. */
const isLeftOut = (path) =>
  /^(shared\/model\/kernel\/assembly|report\/page\/script)\//.test(path) ||
  /\.css$|tsconfig\.json$|\.\d+\.generated\.\w+$/.test(path);

/**
 * Compiles the rooms to JavaScript in dist/, file by file, so that whatever a module finds beside it in the sources
 * it finds there too. Writes what is another than before, and removes what has lost its source.
 */
export async function compile() {
  const files = rooms.flatMap(filesOf).filter((path) => !isLeftOut(path));
  const isModule = (path) => path.endsWith(".ts");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: files.filter(isModule),
    outdir: output,
    outbase: root,
    write: false,
    bundle: true,
    packages: "external",
    plugins: [separateModules],
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
  });
  const compiled = new Map([
    ...outputFiles.map(({ path, contents }) => [path, contents]),
    ...files
      .filter((path) => !isModule(path))
      .map((path) => [join(output, path), readFileSync(join(root, path))]),
  ]);
  for (const [path, contents] of compiled) replace(path, contents);
  const left = rooms.flatMap((room) => filesOf(`dist/${room}`)).map((path) => join(root, path));
  for (const path of left.filter((path) => !compiled.has(path))) rmSync(path, { force: true });
}

/** Every import stays one: of the file that the other module becomes, or of package.json and the like where they are. */
const separateModules = {
  name: "separate modules",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, importer }) => {
      if (kind === "entry-point") return undefined;
      const target = relative(root, resolve(dirname(importer), path));
      const isCompiled = rooms.includes(target.split(sep)[0]);
      const from = dirname(join(output, relative(root, importer)));
      const to = relative(from, join(isCompiled ? output : root, target))
        .split(sep)
        .join("/");
      return { path: to.replace(/^(?!\.)/, "./").replace(/\.ts$/, ".js"), external: true };
    });
  },
};

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
