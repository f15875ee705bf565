#!/usr/bin/env node
/**
 * Bundles the scripts and the style of the report's page into report/page/assets.generated.ts, from where the report
 * puts them into its HTML.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generatedText, writeGenerated } from "./generated-file.mjs";

const generated = new URL("../../report/page/assets.generated.ts", import.meta.url);

/** @returns {Promise<boolean>} whether the file is another than before */
export async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    entryPoints: ["report/page/script/draw.ts", "report/page/script/form.ts", "report/page/style.css"],
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
  const text = (name) => outputFiles.find(({ path }) => path.endsWith(`/${name}`)).text.trim();
  const source = [
    "// written by scripts/generate/page.mjs",
    `export const pageScripts = { drawing: ${JSON.stringify(text("draw.js"))}, form: ${JSON.stringify(text("form.js"))} };`,
    `export const pageStyle = ${JSON.stringify(text("style.css"))};`,
    "",
  ].join("\n");
  if (generatedText(generated) === source) return false;
  writeGenerated(generated, source);
  return true;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (await buildPage()) process.stdout.write("page bundled\n");
}
