import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { images } from "./case.ts";
import { readMnist } from "./data.ts";
import { median } from "./measure.ts";

/**
 * What a cold start costs: a bundle in a fresh process compiles the kernel, prepares 6,000 images and trains four
 * epochs, of which the first runs mostly in V8's baseline code. `tsx bench/first-epoch.ts`
 */
const program = `
  import { readFileSync } from "node:fs";
  import { openTrainer } from "./shared/model/trainers.ts";
  import { initialParameters } from "./shared/model/parameters.ts";
  const model = { kind: "mlp", features: 784, hidden: JSON.parse(process.argv[3]), outputs: 10 };
  const x = new Uint8Array(readFileSync(process.argv[2] + ".x"));
  const y = new Int32Array(readFileSync(process.argv[2] + ".y").buffer.slice(0));
  const order = Uint32Array.from({ length: ${images} }, (_, i) => (i * 2741) % ${images});
  const times = [];
  let last = performance.now();
  const lap = () => { const now = performance.now(); times.push(now - last); last = now; };
  const trainer = await openTrainer("kernel", model, { kind: "classification" }); lap();
  const examples = trainer.prepare({ x, y, count: ${images}, features: 784 }); lap();
  let parameters = initialParameters(model, 1); last = performance.now();
  for (let epoch = 0; epoch < 4; epoch++) {
    ({ parameters } = await trainer.train(parameters, examples,
      { learningRate: 0.1, batchSize: 32, epochs: 1, momentum: 0, weightDecay: 0, order: () => order })); lap();
  }
  console.log(JSON.stringify(times));`;

const folder = mkdtempSync(join(tmpdir(), "fedstep-first-"));
try {
  await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    outfile: join(folder, "index.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    define: { FEDSTEP_TFJS: "false" },
  });
  const { x, y } = readMnist(process.env.FEDSTEP_DATA ?? "../shared/mnist", images);
  writeFileSync(join(folder, "data.x"), x);
  writeFileSync(join(folder, "data.y"), y);
  for (const hidden of ["[64]", "[128]", "[200,200]"]) {
    const runs = Array.from({ length: 11 }, () => {
      const output = execFileSync(process.execPath, [
        join(folder, "index.mjs"),
        join(folder, "data"),
        hidden,
      ]);
      return JSON.parse(output.toString()) as number[];
    });
    const cells = ["open", "prepare", "epoch 1", "epoch 2", "epoch 3", "epoch 4"].map(
      (name, i) => `${name} ${median(runs.map((times) => times[i] as number)).toFixed(1)} ms`,
    );
    process.stdout.write(`${hidden}: ${cells.join(", ")}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
