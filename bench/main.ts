import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { allCases, type Case, images, shapeName } from "./case.ts";
import { type Contender, type Data, kernelContender, tfjsContender } from "./contender.ts";
import { readMnist, standardize } from "./data.ts";
import { machine } from "./machine.ts";
import { type Measurement, measure } from "./measure.ts";
import { openPeer } from "./peer.ts";
import { markdownTable, writeBetweenMarkers } from "./table.ts";

const program = new Command("bench")
  .description(
    "Times one client epoch of 6,000 images: the kernel, TensorFlow.js, PyTorch and NumPy in turns",
  )
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--turns <n>", "timed epochs of each contender", Number, 11)
  .option("--only <text>", "cases whose name contains the text, such as 784-64-10/32/mnist", "")
  .option("--no-tfjs", "leave TensorFlow.js out")
  .option(
    "--cpu-everywhere",
    "tfjs cpu in all cases, not only where the batch is 32, the input mnist and the model small: half an hour more",
  )
  .option("--write", "put the table into docs/performance.md")
  .parse();
const options = program.opts<{
  data: string;
  turns: number;
  only: string;
  tfjs: boolean;
  cpuEverywhere?: boolean;
  write?: boolean;
}>();

const name = (one: Case) => `${shapeName(one)}/${one.batchSize}/${one.data}`;
const withCpu = (one: Case) =>
  options.cpuEverywhere || (one.batchSize === 32 && one.data === "mnist" && one.hidden.length === 1);

const mnist = readMnist(options.data, images);
const data: Data = { mnist, standardized: standardize(mnist) };
const folder = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
const peers: Contender[] = [];
try {
  for (const [set, { x, y }] of Object.entries(data)) {
    writeFileSync(
      join(folder, `${set}.f32`),
      x instanceof Uint8Array ? Float32Array.from(x, (v) => v / 255) : x,
    );
    writeFileSync(join(folder, `${set}.i32`), y);
  }
  for (const script of ["pytorch.py", "numpy_step.py"]) {
    const peer = await openPeer(script, folder);
    if (peer) peers.push(peer);
    else process.stderr.write(`no Python runs ${script}: left out\n`);
  }
  const cpu = tfjsContender(data, "cpu");
  const contenders = [
    kernelContender(data),
    ...peers,
    ...(options.tfjs ? [tfjsContender(data, "wasm"), cpu] : []),
  ];
  const results: { one: Case; measurements: Measurement[] }[] = [];
  for (const one of allCases.filter((candidate) => name(candidate).includes(options.only))) {
    const taking = contenders.filter((contender) => contender !== cpu || withCpu(one));
    const measurements = await measure(one, taking, options.turns);
    results.push({ one, measurements });
    const cells = measurements.map(
      ({ contender, milliseconds, loss }) =>
        `${contender} ${milliseconds.toFixed(1)} ms (loss ${loss.toFixed(3)})`,
    );
    process.stderr.write(`${name(one)}: ${cells.join(", ")}\n`);
  }
  const text = `${machine(peers.map(({ name, blas }) => `${name} with ${blas}`))}\n\n${markdownTable(contenders, results)}`;
  process.stdout.write(`${text}\n`);
  if (options.write) {
    writeBetweenMarkers(fileURLToPath(new URL("../docs/performance.md", import.meta.url)), "bench", text);
  }
} finally {
  for (const peer of peers) peer.close();
  rmSync(folder, { recursive: true });
}
