import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { initialParameters } from "../shared/model/parameters.ts";
import { openTrainer } from "../shared/model/trainers.ts";
import { discreteGaussian } from "../shared/privacy/noise/discrete-gaussian.ts";
import { secretStream } from "../shared/secret-random.ts";
import { epochOrder, images, learningRate, modelOf, shapeName } from "./case.ts";
import { readMnist } from "./data.ts";
import { median } from "./measure.ts";
import { markdownRows, writeBetweenMarkers } from "./table.ts";

/** What per-example clipping takes beside a plain epoch: `npm run bench:clipping -- --write` */
const options = new Command("bench:clipping")
  .description("An epoch of clipped sums and steps, beside a plain one over the same batches, in turns")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--turns <n>", "timed epochs of each", Number, 31)
  .option("--write", "put the table into docs/performance.md")
  .parse()
  .opts<{ data: string; turns: number; write?: boolean }>();

const examples = readMnist(options.data, images);

/** Of the noise beside a step's sum, in the grid's units; how long one takes hardly depends on it. */
const deviation = { numerator: 2 ** 18 + 1, denominator: 1 };

/** Medians of milliseconds: a plain epoch, one of clipped sums, each with its step, and the noise of one step. */
async function measured(hidden: readonly number[], batchSize: number): Promise<[number, number, number]> {
  const model = modelOf(hidden);
  const trainer = await openTrainer("kernel", model, { kind: "classification" });
  const prepared = trainer.prepare(examples);
  const rate = learningRate({ hidden, batchSize, data: "mnist" });
  const start = initialParameters(model, 1);
  const [plain, clipped, noise]: [number[], number[], number[]] = [[], [], []];
  const stream = secretStream(new Uint8Array(32).fill(1), "bench", "noise");
  for (let turn = 0; turn <= options.turns; turn++) {
    const order = epochOrder(turn);
    const began = performance.now();
    await trainer.train(start, prepared, {
      ...{ learningRate: rate, batchSize, epochs: 1, momentum: 0, weightDecay: 0 },
      order: () => order,
    });
    const between = performance.now();
    await clippedEpoch(order);
    const ended = performance.now();
    discreteGaussian(start.length, deviation, stream);
    const noised = performance.now();
    // the first turn is the compiler's
    if (turn === 0) continue;
    plain.push(between - began);
    clipped.push(ended - between);
    noise.push(noised - ended);
  }
  return [median(plain), median(clipped), median(noise)];

  async function clippedEpoch(order: Uint32Array): Promise<void> {
    await trainer.descend(start, prepared, {
      ...{ steps: Math.ceil(images / batchSize), learningRate: rate, momentum: 0, clip: 2, unit: 2 ** -18 },
      scale: 2 ** -18 / batchSize,
      rows: (step) => order.slice(step * batchSize, (step + 1) * batchSize).sort(),
    });
  }
}

const rows: string[][] = [];
for (const hidden of [[32], [64], [200, 200]]) {
  for (const batchSize of [32, 240]) {
    const [plain, clipped, noise] = await measured(hidden, batchSize);
    const name = shapeName({ hidden, batchSize, data: "mnist" });
    const times = (clipped / plain).toFixed(2);
    rows.push([name, `${batchSize}`, plain.toFixed(1), clipped.toFixed(1), times, noise.toFixed(1)]);
  }
}
const table = markdownRows([
  ["model", "batch", "plain", "clipped", "times", "noise of a step"],
  ["---", "---:", "---:", "---:", "---:", "---:"],
  ...rows,
]);
process.stdout.write(`${table}\n`);
if (options.write) {
  writeBetweenMarkers(fileURLToPath(new URL("../docs/performance.md", import.meta.url)), "clipping", table);
}
