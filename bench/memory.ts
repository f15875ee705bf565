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
import { s3Ms } from "../cloud/cost/speed.ts";
import { defaultDeployment, type FunctionName, functionNames } from "../functions/footprints.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { functionLines, phaseMs } from "./function-lines.ts";
import { median } from "./measure.ts";
import { noQuota, openCpuGroups } from "./memory/cpu-groups.ts";
import { exceeded, medianSample, nameOf, type Sample, samplesOf, spreadOf } from "./memory/sample.ts";
import { durationsTable, fitTable, latencyText, wholeRunTable } from "./memory/tables.ts";
import { wholeRun } from "./memory/whole-run.ts";
import { writeBetweenMarkers } from "./table.ts";

const command = new Command("bench:memory")
  .description("How the duration of each function, and so its cost, moves with its memory")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--sizes <list>", "memory in MB, besides what is deployed", "256,512,1024,1769,3008")
  .option("--turns <n>", "how often each size runs, in turn with the others", Number, 3)
  .option("--write", "put the tables into docs/performance.md")
  .parse();
const options = command.opts<{ data: string; sizes: string; turns: number; write?: boolean }>();

const rounds = 5;
const cases = [
  { preset: "paper", epochs: 5 },
  { preset: "mcmahan-2nn-iid", epochs: 3 },
];
/** Share by which turns may differ in the median on a machine that does nothing else. */
const quiet = 0.15;
const busy = " The machine was busy: these figures are to be taken again.";
const deployed = functionNames.map((name) => defaultDeployment.functions[name].memoryMb);
const sizes = [...new Set([...options.sizes.split(",").map(Number), ...deployed])].sort((a, b) => a - b);

const groups = openCpuGroups() ?? command.error(`bench:memory: ${noQuota}`);
const dataset = await openDataset({ data: options.data, env: process.env });
const home = mkdtempSync(join(tmpdir(), "fedstep-bench-"));

/** Function and size that turned out not to go together, in any of the runs. */
const tooSmall = new Set<string>();

/** The least of the sizes that is this one or larger, and that the function was not seen to exceed. */
function memoryOf(name: FunctionName, size: number): number {
  const memoryMb = sizes.find((one) => one >= size && !tooSmall.has(`${name} ${one}`));
  if (memoryMb === undefined) throw new Error(`${name} needs more than ${sizes.at(-1)} MB`);
  return memoryMb;
}

/**
 * A run with all functions of one size, but for those that it is too small for, which is noted.
 * @returns undefined where one turned out to be: the others may have waited for it
 */
async function runAt(
  { preset, epochs }: (typeof cases)[number],
  size: number,
  run: string,
): Promise<readonly Sample[] | undefined> {
  const config = resolveConfig({
    preset,
    set: [`federation.rounds=${rounds}`, `baseline.epochs=${epochs}`],
  });
  const target = await localTarget({
    home,
    tfjs: false,
    // one after the other, so that what is measured has the quota's cores to itself
    environments: 1,
    say: () => {},
    fastRetries: true,
    conditions: {
      memoryMb: (name) => memoryOf(nameOf(name), size),
      initialized: (pid, { memoryMb }) => groups.put(pid, memoryMb),
      latencyMs: (method) => (method === "PUT" || method === "POST" ? s3Ms.write : s3Ms.read),
    },
  });
  const { reports } = target.emulator.lambda;
  try {
    const order = { run, config, dataset: await uploadDataset(target, dataset) };
    await executeRun(target, order, () => silentProgress, new AbortController().signal);
  } catch (error) {
    if (!reports.some(exceeded)) throw error;
  } finally {
    await target.close();
    await groups.close();
    // the next run divides the data set again
    rmSync(join(home, "s3"), { recursive: true });
  }
  const over = reports.filter(exceeded);
  for (const { functionName, memoryMb } of over) tooSmall.add(`${nameOf(functionName)} ${memoryMb}`);
  if (over.length > 0) return undefined;
  const lines = functionLines(join(home, "logs"), run);
  const epochMs = phaseMs(lines, ["train", "evaluate", "write"], "TrainBaseline") / epochs;
  return samplesOf(reports, epochMs);
}

try {
  const seen = cases.map((one) => ({ one, turns: new Map<string, Sample[]>() }));
  for (let turn = 0; turn < options.turns; turn++) {
    for (const { one, turns } of seen) {
      for (const size of sizes) {
        for (let attempt = 0, samples: readonly Sample[] | undefined; samples === undefined; attempt++) {
          const begun = performance.now();
          samples = await runAt(one, size, `${one.preset}-${size}-${turn}-${attempt}`);
          for (const sample of samples ?? []) {
            const key = `${sample.name} ${sample.memoryMb}`;
            turns.set(key, [...(turns.get(key) ?? []), sample]);
          }
          const seconds = ((performance.now() - begun) / 1000).toFixed(1);
          process.stderr.write(
            `turn ${turn + 1}, ${one.preset}, ${size} MB: ${samples ? "" : "too small for a function, "}${seconds} s\n`,
          );
        }
      }
    }
  }
  const presets = seen.map(({ one, turns }) => ({
    ...one,
    turns,
    samples: [...turns].flatMap(([key, of]) => (tooSmall.has(key) ? [] : medianSample(of))),
  }));
  const spreads = presets.flatMap(({ turns }) => [...turns.values()].map(spreadOf)).filter((one) => one > 0);
  const usual = median(spreads);
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const [paper] = presets;
  const wholeAt = (memoryMb: (name: FunctionName) => number) =>
    wholeRun(
      resolveConfig({ preset: "paper" }),
      (name) => {
        const found = paper?.samples.find((one) => one.name === name && one.memoryMb === memoryMb(name));
        if (found === undefined) throw new Error(`${name} was not measured at ${memoryMb(name)} MB`);
        return found;
      },
      paper?.epochs ?? 0,
    );
  const whole = [
    ...sizes.map((size) => ({
      what: `${size} MB, or the next size that holds the function`,
      run: wholeAt((name) => memoryOf(name, size)),
    })),
    { what: "as deployed", run: wholeAt((name) => defaultDeployment.functions[name].memoryMb) },
  ];
  const text = [
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}; ${latencyText}. Medians of ${options.turns} turns, ` +
      `between which a function's later invocations differ by ${percent(usual)} in the median over functions and sizes, ` +
      `and by ${percent(Math.max(...spreads))} at most.${usual > quiet ? busy : ""}`,
    ...presets.flatMap(({ preset, epochs, samples }) => [
      "",
      `Preset \`${preset}\`, ${rounds} rounds and ${epochs} epochs of the baseline:`,
      "",
      durationsTable(samples, sizes),
    ]),
    "",
    "The whole run of the preset `paper`, reckoned by the number of invocations and epochs:",
    "",
    wholeRunTable(whole),
    "",
    "Waiting and work by which the model of the estimate comes closest to these durations:",
    "",
    fitTable(presets),
  ].join("\n");
  console.log(text);
  if (options.write) {
    writeBetweenMarkers(fileURLToPath(new URL("../docs/performance.md", import.meta.url)), "memory", text);
  }
} finally {
  await groups.close();
  rmSync(home, { recursive: true, force: true });
}
