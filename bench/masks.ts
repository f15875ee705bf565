import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { openDataset } from "../cli/dataset/open.ts";
import { executeRun } from "../cli/run/execute.ts";
import { uploadDataset } from "../cli/run/launch.ts";
import { silentProgress } from "../cli/run/progress.ts";
import { localTarget } from "../cli/targets/local.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { functionsTime } from "./functions-time.ts";
import { median } from "./measure.ts";
import { markdownRows, writeBetweenMarkers } from "./table.ts";

const options = new Command("bench:masks")
  .description("How much longer a round takes behind masks, and where clients add noise together")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--turns <n>", "how often each case runs, in turn with the others", Number, 5)
  .option("--write", "put the table into docs/performance.md")
  .parse()
  .opts<{ data: string; turns: number; write?: boolean }>();

const rounds = 12;
const masks = ["federation.secureAggregation.helpers=coordinator"];
const cases = [
  { what: "in the open", set: [] },
  { what: "behind masks", set: masks },
];
const models = [
  { model: "784-32-10, the paper's", set: [] },
  { model: "784-256-10, the preset `tuned`'s", set: ["model.hidden=[256]", "training.batchSize=10"] },
];

/** Functions whose time is told, in the order of the columns. */
const shown = ["TrainClient", "OpenSums", "AggregateRound"];

const home = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
const target = await localTarget({ home, tfjs: false, environments: undefined, say: () => {} });
try {
  const dataset = await openDataset({ data: options.data, env: process.env });
  const record = await uploadDataset(target, dataset);
  const [rows, times]: [string[][], string[][]] = [[], []];
  for (const [m, { model, set }] of models.entries()) {
    const seen = cases.map((one) => ({ ...one, ms: [] as number[], processor: [] as number[][] }));
    for (let turn = 0; turn < options.turns; turn++) {
      for (const [c, one] of seen.entries()) {
        const config = resolveConfig({
          preset: "paper",
          set: ["baseline.enabled=false", `federation.rounds=${rounds}`, ...set, ...one.set],
        });
        const order = { run: `masks-${m}-${turn}-${c}`, config, dataset: record };
        const { signal } = new AbortController();
        const [own, others] = [process.cpuUsage(), functionsTime()];
        const { federated } = await executeRun(target, order, () => silentProgress, signal);
        // functions start in the first
        one.ms.push(...federated.rounds.slice(1).map(({ seconds }) => 1000 * seconds));
        const { user, system } = process.cpuUsage(own);
        const after = functionsTime();
        const spent = shown.map((name) => (after.get(name) ?? 0) - (others.get(name) ?? 0));
        // the final pass is a round too
        one.processor.push([...spent, (user + system) / 1000].map((ms) => ms / (rounds + 1)));
      }
    }
    const [plain = Number.NaN, masked = Number.NaN] = seen.map(({ ms }) => median(ms));
    rows.push([model, plain.toFixed(0), masked.toFixed(0), `${(masked / plain).toFixed(2)}x`]);
    for (const { what, processor } of seen) {
      const each = [...shown, "endpoints"].map((_, i) => median(processor.map((ms) => ms[i] ?? Number.NaN)));
      times.push([`${model}, ${what}`, ...each.map((ms) => ms.toFixed(0))]);
    }
  }
  const table = markdownRows([
    ["model", "a round in the open, ms", "behind masks, ms", "ratio"],
    ["---", "---:", "---:", "---:"],
    ...rows,
  ]);
  const spent = markdownRows([
    ["processor time of a round, ms", "clients", "helpers", "aggregation", "endpoints"],
    ["---", "---:", "---:", "---:", "---:"],
    ...times,
  ]);
  const about =
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}; medians of the rounds of ` +
    `${options.turns} turns.`;
  console.log(`${about}\n\n${table}\n\n${spent}`);
  if (options.write) {
    const document = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
    writeBetweenMarkers(document, "masks", `${about}\n\n${table}\n\n${spent}`);
  }
} finally {
  await target.close();
  rmSync(home, { recursive: true });
}
