#!/usr/bin/env node
/**
 * Walks the workflow's definition and writes what each part of a run takes of an execution, events and transitions, to
 * cloud/workflow/counts.generated.ts. A file whose header carries the digest of the same code and CDK library is left alone.
 */
import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { generatedText, writeGenerated } from "./generated-file.mjs";

const generated = new URL("../../cloud/workflow/counts.generated.ts", import.meta.url);
const entry = "cdk/workflow/counted.ts";

/** @returns {Promise<boolean>} whether the definition was walked */
export async function buildCounts() {
  const header = `// the workflow's code and the CDK library: sha256 ${await digest()}\n`;
  if (generatedText(generated).startsWith(header)) return false;
  // loaded only here: the CDK library takes a second
  const { tsImport } = await import("tsx/esm/api");
  const { flowCounts } = await tsImport(`../../${entry}`, import.meta.url);
  const text =
    `${header}// written by scripts/generate/counts.mjs\n` +
    `export const flowCounts = ${JSON.stringify(flowCounts(), null, 2)};\n`;
  writeGenerated(generated, text);
  return true;
}

async function digest() {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    entryPoints: [entry],
    outdir: "out",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  const library = createRequire(import.meta.url).resolve("aws-cdk-lib/package.json");
  const { version } = JSON.parse(readFileSync(library, "utf8"));
  return createHash("sha256")
    .update(JSON.stringify([outputFiles.map(({ text }) => text), version]))
    .digest("hex");
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (await buildCounts()) process.stdout.write("workflow counted\n");
}
