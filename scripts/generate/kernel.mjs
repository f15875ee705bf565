#!/usr/bin/env node
/**
 * Compiles shared/model/kernel/assembly with asc and writes it, as base64, to kernel.generated.ts beside it. A file
 * whose header carries the digest of the same sources, options and compiler is left alone.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { generatedText, writeGenerated } from "./generated-file.mjs";

const kernelFolder = new URL("../../shared/model/kernel/", import.meta.url);
const sourceFolder = new URL("assembly/", kernelFolder);
const generated = new URL("kernel.generated.ts", kernelFolder);

/** Fixed-width SIMD only: relaxed SIMD may round differently on x86 and Arm. */
const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--initialMemory", "1"];

/** @returns {Promise<boolean>} whether the kernel was compiled */
export async function buildKernel() {
  const names = readdirSync(sourceFolder)
    .filter((name) => name.endsWith(".ts"))
    .sort();
  const sources = new Map(names.map((name) => [name, readFileSync(new URL(name, sourceFolder), "utf8")]));
  const header = `// sources, options and compiler: sha256 ${digest(sources)}\n`;
  if (generatedText(generated).startsWith(header)) return false;
  const wasm = await compile(sources);
  const text = `${header}// ${wasm.length} bytes of WebAssembly, written by scripts/generate/kernel.mjs\nexport const kernelBase64 =\n  "${Buffer.from(wasm).toString("base64")}";\n`;
  writeGenerated(generated, text);
  return true;
}

function digest(sources) {
  const compiler = createRequire(import.meta.url).resolve("assemblyscript/package.json");
  const { version } = JSON.parse(readFileSync(compiler, "utf8"));
  return createHash("sha256")
    .update(JSON.stringify([[...sources], options, version]))
    .digest("hex");
}

async function compile(sources) {
  // loaded only here: the compiler takes longer to start than everything else together
  const { default: asc } = await import("assemblyscript/asc");
  const messages = asc.createMemoryStream();
  let wasm;
  const { error } = await asc.main(["index.ts", ...options, "--outFile", "kernel.wasm"], {
    stdout: messages,
    stderr: messages,
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      wasm = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`the kernel does not compile\n${messages.toString()}`, { cause: error });
  if (messages.toString()) process.stderr.write(messages.toString());
  return wasm;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const compiled = await buildKernel();
  if (compiled) process.stdout.write("kernel compiled\n");
}
