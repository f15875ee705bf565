import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fedstep-bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Trains one step with the trainer named on the command line, and says what came of it. */
const program = `
  import { openTrainer } from "./shared/model/trainers.ts";
  const trainer = await openTrainer(process.argv[2], { kind: "mlp", features: 2, hidden: [3], outputs: 2 }, { kind: "classification" })
    .catch((error) => (console.log(error.name + ": " + error.message), undefined));
  if (trainer) {
    const examples = trainer.prepare(
      { x: new Float32Array([1, 2]), y: new Int32Array([1]), count: 1, features: 2 });
    const { lossSum } = await trainer.train(new Float32Array(17), examples,
      { learningRate: 1, batchSize: 1, epochs: 1, momentum: 0, weightDecay: 0, order: () => new Uint32Array([0]) });
    console.log(trainer.name, lossSum.toFixed(4));
  }`;

/** As the functions are bundled, except for the entry. */
async function bundle(tfjs: boolean) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    outfile: "index.mjs",
    write: false,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire as fedstepRequire } from "node:module"; const require = fedstepRequire(import.meta.url);',
    },
    define: { FEDSTEP_TFJS: String(tfjs), __dirname: '"."' },
    loader: { ".wasm": "dataurl" },
    metafile: true,
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (!file) throw new Error("esbuild wrote nothing");
  // far from any node_modules
  const path = join(folder, `${tfjs ? "with" : "without"}.mjs`);
  writeFileSync(path, file.contents);
  const run = (trainer: string) =>
    execFileSync(process.execPath, [path, trainer], { cwd: folder, encoding: "utf8" }).trim();
  return { bytes: file.contents.length, inputs: Object.keys(metafile.inputs), run };
}

describe("a bundle", () => {
  it("without TensorFlow.js has none of it, and says so when asked for it", async () => {
    const { bytes, inputs, run } = await bundle(false);
    expect(inputs.filter((input) => input.includes("tensorflow"))).toEqual([]);
    expect(inputs).toContain("shared/model/kernel/kernel.generated.ts");
    // the kernel and the few TypeScript files around it; the errors and the tasks' schemas that they import are most of it
    expect(bytes).toBeLessThan(190_000);
    expect(run("kernel")).toBe("kernel 0.6931");
    expect(run("tfjs")).toMatch(/^TrainerUnavailable: .*-c tfjs=true/);
  });

  it("with TensorFlow.js carries all that it needs", async () => {
    const { run } = await bundle(true);
    expect(run("tfjs")).toMatch(/tfjs 0.6931$/);
  });
});
