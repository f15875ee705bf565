import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { openDataset } from "../cli/dataset/open.ts";
import { executeRun } from "../cli/run/execute.ts";
import { uploadDataset } from "../cli/run/launch.ts";
import { silentProgress } from "../cli/run/progress.ts";
import { localTarget } from "../cli/targets/local.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { functionLines } from "./function-lines.ts";

const options = new Command("bench:aggregation")
  .description("What AggregateRound takes for a round of many clients: memory, and where its time goes")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--clients <n>", "clients of the federation, all of them in each round", Number, 1_000)
  .option("--hidden <widths>", "layers of 784-...-10", "200,200")
  .option("--strategy <name>", "as federation.strategy.name", "FedAvg")
  .parse()
  .opts<{ data: string; clients: number; hidden: string; strategy: string }>();

const home = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
const target = await localTarget({ home, tfjs: false, environments: availableParallelism(), say: () => {} });
try {
  const dataset = await openDataset({ data: options.data, env: process.env });
  const config = resolveConfig({
    preset: "smoke",
    set: [
      `partition={"kind":"iid","clients":${options.clients}}`,
      `model.hidden=[${options.hidden}]`,
      `federation.strategy={"name":"${options.strategy}"}`,
      ...["federation.rounds=3", "federation.fraction=1", "baseline.enabled=false"],
      ...["training.localSteps=1", "training.batchSize=10", `dataset.limit=${10 * options.clients}`],
    ],
  });
  const order = { run: "many", config, dataset: await uploadDataset(target, dataset) };
  await executeRun(target, order, () => silentProgress, new AbortController().signal);
  const lines = functionLines(join(home, "logs"), "many").filter(({ step }) => step === "AggregateRound");
  const reports = target.emulator.lambda.reports.filter(({ functionName }) =>
    functionName.endsWith("AggregateRound"),
  );
  console.log(
    `${cpus()[0]?.model.trim()}, Node ${process.versions.node}: ${options.strategy}, ${options.clients} clients`,
  );
  for (const [round, { ms }] of lines.entries()) {
    const phases = Object.entries(ms).map(([phase, value]) => `${phase} ${value.toFixed(0)} ms`);
    console.log(
      `round ${round + 1}: ${reports[round]?.durationMs.toFixed(0)} ms, of which ${phases.join(", ")}`,
    );
  }
  const most = Math.max(...reports.map(({ maxMemoryMb }) => maxMemoryMb));
  console.log(`largest resident memory: ${most.toFixed(0)} MB`);
} finally {
  await target.close();
  rmSync(home, { recursive: true, force: true });
}
