import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { initialParameters } from "../shared/model/parameters.ts";
import { openTrainer } from "../shared/model/trainers.ts";
import { epochOrder, images, learningRate, modelOf } from "./case.ts";
import { readMnist } from "./data.ts";
import { median } from "./measure.ts";
import { markdownRows, writeBetweenMarkers } from "./table.ts";

/** Where the milliseconds of an epoch go: `npm run bench:phases -- --write` */
const options = new Command("bench:phases")
  .description("What the kernel's primitives take of an epoch")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--write", "put the table into docs/performance.md")
  .parse()
  .opts<{ data: string; write?: boolean }>();

const batchSize = 32;
const turns = 21;

/** The primitives of each phase, and what bounds it; what is named nowhere is the rest. */
const phases = [
  { what: "first layer forward (`multiplyPairs`)", of: ["multiplyPairs"], bound: "loading weights" },
  { what: "first layer gradient and step (`plainStepPairs`)", of: ["plainStepPairs"], bound: "additions" },
  {
    what: "expanding the batch, transposing it",
    of: ["expandBytes", "transposePairs"],
    bound: "latency of memory",
  },
] as const;

const spent = new Map<string, number>();
let calls = 0;
timePrimitives();

/** Every instance of the kernel is one whose exports keep the time. */
function timePrimitives(): void {
  const host: unknown = Reflect.get(globalThis, "WebAssembly");
  if (typeof host !== "object" || host === null) throw new Error("there is no WebAssembly");
  const instantiate: unknown = Reflect.get(host, "instantiate");
  if (typeof instantiate !== "function") throw new Error("WebAssembly instantiates nothing");
  Reflect.set(host, "instantiate", async (module: object) => {
    const { exports }: { exports: Record<string, unknown> } = await instantiate.call(host, module);
    const timed = Object.entries(exports).map(([name, value]) => [name, keepingTime(name, value)]);
    return { exports: Object.fromEntries(timed) };
  });
}

function keepingTime(name: string, value: unknown): unknown {
  if (typeof value !== "function" || name === "firstFree") return value;
  return (...given: unknown[]) => {
    const began = performance.now();
    const answer: unknown = value(...given);
    spent.set(name, (spent.get(name) ?? 0) + performance.now() - began);
    calls++;
    return answer;
  };
}

/** Medians of milliseconds over the turns: each phase, the other primitives, and all that is not in them. */
async function measured(width: number): Promise<number[]> {
  const model = modelOf([width]);
  const trainer = await openTrainer("kernel", model, { kind: "classification" });
  const examples = trainer.prepare(readMnist(options.data, images));
  const start = initialParameters(model, 1);
  const rate = learningRate({ hidden: [width], batchSize, data: "mnist" });
  const epochs: number[][] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const order = epochOrder(turn);
    spent.clear();
    calls = 0;
    const began = performance.now();
    await trainer.train(start, examples, {
      learningRate: rate,
      batchSize,
      epochs: 1,
      momentum: 0,
      weightDecay: 0,
      order: () => order,
    });
    const total = performance.now() - began;
    const inAll = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
    const named = phases.map(({ of }) => of.reduce((sum, name) => sum + (spent.get(name) ?? 0), 0));
    const other = named.reduce((rest, ms) => rest - ms, inAll);
    // the first turn is the compiler's
    if (turn > 0) epochs.push([...named, other, total - inAll]);
  }
  return epochs[0]?.map((_, i) => median(epochs.map((epoch) => epoch[i] ?? Number.NaN))) ?? [];
}

const widths = [64, 128];
const columns: number[][] = [];
for (const width of widths) columns.push(await measured(width));
const batches = Math.ceil(images / batchSize);
const perBatch = Math.round(calls / batches);
const labels = [
  ...phases.map(({ what, bound }) => [what, bound] as const),
  ["second layer, rectifier, cross-entropy", ""] as const,
  [`JavaScript, ${batches} batches of ${perBatch} calls, each timed`, ""] as const,
];
const table = markdownRows([
  ["", ...widths.map(String), "bound by"],
  ["---", ...widths.map(() => "---:"), "---"],
  ...labels.map(([what, bound], i) => [
    what,
    ...columns.map((ms) => (ms[i] ?? Number.NaN).toFixed(1)),
    bound,
  ]),
]);
process.stdout.write(`${table}\n`);
if (options.write) {
  writeBetweenMarkers(fileURLToPath(new URL("../docs/performance.md", import.meta.url)), "phases", table);
}
