import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { openDataset } from "../cli/dataset/open.ts";
import { followRun } from "../cli/run/follow.ts";
import { startRun, uploadDataset } from "../cli/run/launch.ts";
import { localTarget } from "../cli/targets/local.ts";
import type { InvocationReport } from "../local/lambda/report.ts";
import { percent } from "../report/percent.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import type { Config } from "../shared/config/schema.ts";
import type { Dataset } from "../shared/dataset/dataset.ts";
import { functionLines, phaseMs } from "./function-lines.ts";
import { writeBetweenMarkers } from "./table.ts";

const options = new Command("bench:run")
  .description("Runs the preset paper and says where its time goes")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--write", "put the table into docs/performance.md")
  .parse()
  .opts<{ data: string; write?: boolean }>();

interface Measured {
  readonly seconds: number;
  readonly environments: number;
  readonly invocations: number;
  /** Summed over all environments, milliseconds. */
  readonly ms: Readonly<Record<"prepare" | "train" | "evaluate" | "aggregate" | "s3" | "inside", number>>;
  readonly aggregateMs: number;
  /** CPU time of the process that holds the endpoints and the command line, milliseconds. */
  readonly endpointsCpuMs: number;
  readonly s3Requests: number;
  /** From a request's header at the S3 endpoint to its answer, summed. */
  readonly s3HandlingMs: number;
  /** The largest of each function. */
  readonly initMs: Readonly<Record<string, number>>;
  readonly maxMemoryMb: Readonly<Record<string, number>>;
}

async function runOnce(home: string, name: string, config: Config, dataset: Dataset, environments: number) {
  const target = await localTarget({ home, tfjs: false, environments, say: () => {} });
  try {
    const record = await uploadDataset(target, dataset);
    const before = target.emulator.s3.requests;
    const cpu = process.cpuUsage();
    const execution = await startRun(target, name, config, record);
    const quiet = { round: () => {}, epoch: () => {} };
    const result = await followRun(target, name, execution, quiet, new AbortController().signal);
    const { user, system } = process.cpuUsage(cpu);
    const { reports } = target.emulator.lambda;
    const lines = functionLines(join(home, "logs"), name);
    const largest = (of: (report: InvocationReport) => number) =>
      reports.reduce<Record<string, number>>((all, report) => {
        all[report.functionName] = Math.max(all[report.functionName] ?? 0, of(report));
        return all;
      }, {});
    const measured: Measured = {
      seconds: result.seconds,
      environments,
      invocations: reports.length,
      ms: {
        prepare: reports
          .filter((one) => one.functionName.endsWith("PrepareRun"))
          .reduce((sum, one) => sum + one.durationMs, 0),
        train: phaseMs(lines, ["train"]),
        evaluate: phaseMs(lines, ["evaluate"]),
        aggregate: phaseMs(lines, ["aggregate"]),
        s3: phaseMs(lines, ["read", "write"]),
        inside: reports.reduce((sum, one) => sum + one.durationMs + one.initMs, 0),
      },
      aggregateMs: phaseMs(lines, ["aggregate"]) / config.federation.rounds,
      endpointsCpuMs: (user + system) / 1000,
      s3Requests: target.emulator.s3.requests.total - before.total,
      s3HandlingMs: target.emulator.s3.requests.milliseconds - before.milliseconds,
      initMs: largest(({ initMs }) => initMs),
      maxMemoryMb: largest(({ maxMemoryMb }) => maxMemoryMb),
    };
    return { measured, result };
  } finally {
    await target.close();
  }
}

const row = (what: string, ms: number, of: number) =>
  `| ${what} | ${(ms / 1000).toFixed(1)} | ${((100 * ms) / of).toFixed(0)} % |`;

const home = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
try {
  const dataset = await openDataset({ data: options.data, env: process.env });
  const cores = availableParallelism();
  // the first run synthesizes; what is measured finds the assembly cached, as every run after the first does
  const small = resolveConfig({ preset: "paper", set: ["dataset.limit=1000", "baseline.enabled=false"] });
  const { measured: serial } = await runOnce(home, "serial", small, dataset, 1);
  const { measured: run, result } = await runOnce(
    home,
    "paper",
    resolveConfig({ preset: "paper" }),
    dataset,
    cores,
  );

  const slots = run.seconds * 1000 * run.environments;
  const { prepare, train, evaluate, aggregate, s3, inside } = run.ms;
  const other = inside - prepare - train - evaluate - aggregate - s3;
  // one environment does everything in turn there, so its time divides without overlap
  const { ms, invocations, s3HandlingMs } = serial;
  const per = (all: number) => (all / invocations).toFixed(1);
  const outside = serial.seconds * 1000 - ms.inside;
  const client = ms.inside - ms.train - ms.evaluate - ms.aggregate - s3HandlingMs;
  const names = (of: Readonly<Record<string, number>>, unit: string) =>
    Object.entries(of)
      .map(([name, value]) => `${name.replace(/^.*-/, "")} ${value.toFixed(0)} ${unit}`)
      .join(", ");
  const text = [
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}.`,
    "",
    `Preset \`paper\`, ${dataset.examples.count.toLocaleString("en")} images (${dataset.name}), ${run.environments} environments, assembly cached: ` +
      `**${run.seconds.toFixed(1)} s**, ${run.invocations} invocations, ${run.s3Requests.toLocaleString("en")} S3 requests; ` +
      `federated ${percent(result.federated.accuracy ?? NaN)}, centralized ${percent(result.baseline?.accuracy ?? 0)}.`,
    "",
    "| where the environments' time went | s | share |",
    "| --- | --- | --- |",
    row("train (clients and baseline)", train, slots),
    row("evaluate", evaluate, slots),
    row("aggregate", aggregate, slots),
    row("PrepareRun", prepare, slots),
    row("waiting for S3, and reading and writing its formats", s3, slots),
    row("other work inside functions, initialization included", other, slots),
    row("idle, or waiting for the Lambda and Step Functions endpoints", slots - inside, slots),
    "",
    `- CPU of the process that holds the endpoints and the command line: ${(run.endpointsCpuMs / 1000).toFixed(1)} s.`,
    `- What an invocation costs besides its computation: ${per(outside + s3HandlingMs)} ms in the emulator (Lambda and Step ` +
      `Functions ${per(outside)} ms, the S3 endpoint's handling ${per(s3HandlingMs)} ms), and ${per(client)} ms inside the ` +
      "function, where the AWS SDK, the formats and the digests work, as they do on AWS. Measured on the same 100 rounds with " +
      "1,000 images, one environment and no baseline, where everything happens in turn.",
    `- The next model of ten clients' sums, to which each update was added as it was read: ${run.aggregateMs.toFixed(2)} ms.`,
    `- Initialization of a cold environment, at most: ${names(run.initMs, "ms")}.`,
    `- Largest resident memory: ${names(run.maxMemoryMb, "MB")}.`,
  ].join("\n");
  console.log(text);
  if (options.write) {
    writeBetweenMarkers(fileURLToPath(new URL("../docs/performance.md", import.meta.url)), "paper-run", text);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
