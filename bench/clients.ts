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
import type { Dataset } from "../shared/dataset/dataset.ts";
import { takeExamples } from "../shared/dataset/examples.ts";
import { median } from "./measure.ts";
import { writeBetweenMarkers } from "./table.ts";

const options = new Command("bench:clients")
  .description("Whether a round's time follows the clients that it trains, or those that exist")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--turns <n>", "how often each case runs, in turn with the others", Number, 3)
  .option("--write", "put the table into docs/performance.md")
  .parse()
  .opts<{ data: string; turns: number; write?: boolean }>();

const rounds = 50;
/** Of each client, in every case: what differs is how many there are and how many of them train. */
const imagesPerClient = 600;
const cases = [
  { clients: 10, fraction: 1 },
  { clients: 100, fraction: 0.1 },
  { clients: 100, fraction: 0.2 },
  { clients: 100, fraction: 0.4 },
];

/** The first images of the training part for so many clients, and all of the test part. */
function cutTo(dataset: Dataset, clients: number): Dataset {
  const { examples, officialTest = 0 } = dataset;
  const training = examples.count - officialTest;
  const rows = [
    ...Array.from({ length: clients * imagesPerClient }, (_, row) => row),
    ...Array.from({ length: officialTest }, (_, row) => training + row),
  ];
  return { ...dataset, examples: takeExamples(examples, rows) };
}

const home = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
const target = await localTarget({ home, tfjs: false, environments: undefined, say: () => {} });
try {
  const dataset = await openDataset({ data: options.data, env: process.env });
  const seen = cases.map((one) => ({ ...one, prepared: [] as number[], trained: [] as number[] }));
  for (let turn = 0; turn < options.turns; turn++) {
    for (const [index, one] of seen.entries()) {
      const config = resolveConfig({
        preset: "mcmahan-2nn-iid",
        set: [
          `federation.rounds=${rounds}`,
          `federation.fraction=${one.fraction}`,
          `partition.clients=${one.clients}`,
          // shards of its own, so that their writing is in every turn
          `seed=${turn + 1}`,
          "baseline.enabled=false",
        ],
      });
      const record = await uploadDataset(target, cutTo(dataset, one.clients));
      const order = { run: `turn-${turn}-case-${index}`, config, dataset: record };
      const { seconds, federated } = await executeRun(
        target,
        order,
        () => silentProgress,
        new AbortController().signal,
      );
      const inRounds = federated.rounds.reduce((sum, round) => sum + round.seconds, 0);
      one.trained.push(inRounds);
      one.prepared.push(seconds - inRounds);
      process.stderr.write(
        `${one.clients} clients, fraction ${one.fraction}: ${rounds} rounds ${inRounds.toFixed(1)} s of ${seconds.toFixed(1)} s\n`,
      );
    }
  }
  const [first] = seen;
  const base = median(first?.trained ?? []);
  const text = [
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}; medians of ${options.turns} turns.`,
    "",
    "| clients | train in a round | 50 rounds, s | a round, ms | against the first row | before and after the rounds, s |",
    "| --- | --- | --- | --- | --- | --- |",
    ...seen.map(({ clients, fraction, trained, prepared }) => {
      const seconds = median(trained);
      return (
        `| ${clients} | ${Math.round(clients * fraction)} | ${seconds.toFixed(1)} | ${((1000 * seconds) / rounds).toFixed(0)} | ` +
        `${(seconds / base).toFixed(2)}x | ${median(prepared).toFixed(1)} |`
      );
    }),
  ].join("\n");
  console.log(text);
  if (options.write) {
    writeBetweenMarkers(fileURLToPath(new URL("../docs/performance.md", import.meta.url)), "clients", text);
  }
} finally {
  await target.close();
  rmSync(home, { recursive: true, force: true });
}
