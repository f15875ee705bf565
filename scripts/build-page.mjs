#!/usr/bin/env node
/**
 * Bundles the script and the style of the report's page into report/page/assets.generated.ts, from where the report
 * puts them into its HTML.
 */
import { readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = new URL("../report/page/", import.meta.url);
const generated = new URL("assets.generated.ts", folder);

/** @returns {Promise<boolean>} whether the file is another than before */
export async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: ["report/page/try-it.ts", "report/page/style.css"],
    outdir: "out",
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022"],
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning",
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const source = [
    "// written by scripts/build-page.mjs",
    `export const pageScript = ${JSON.stringify(text(".js"))};`,
    `export const pageStyle = ${JSON.stringify(text(".css"))};`,
    "",
  ].join("\n");
  if (current() === source) return false;
  // a rename, so that a build at the same time never reads half a file
  const draft = new URL(`assets.${process.pid}.generated.ts`, folder);
  writeFileSync(draft, source);
  renameSync(draft, generated);
  return true;
}

function current() {
  try {
    return readFileSync(generated, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (await buildPage()) process.stdout.write("page bundled\n");
}
