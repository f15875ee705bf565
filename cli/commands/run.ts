import { Command } from "commander";
import { summary } from "../../report/summary.ts";
import { keys } from "../../shared/layout.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { checkConfig } from "../../shared/workflow/check-config.ts";
import type { DataOptions } from "../dataset/open.ts";
import { type ConfigOptions, configFrom, options } from "../options.ts";
import { announcedDataset } from "../run/announced-dataset.ts";
import { executeRun } from "../run/execute.ts";
import { uploadDataset } from "../run/launch.ts";
import { checkRunName, defaultRunName } from "../run/name.ts";
import { showProgress, silentProgress } from "../run/progress.ts";
import { saveResult } from "../run/save.ts";
import { saveReport } from "../run/save-report.ts";
import type { Session } from "../session.ts";
import { openTarget, type TargetOptions } from "../target/open.ts";

interface RunOptions extends ConfigOptions, TargetOptions, DataOptions {
  readonly name?: string;
  readonly environments?: number;
  readonly json?: boolean;
}

export function runCommand(session: Session): Command {
  return new Command("run")
    .description("run a federation and its centralized baseline, and wait for the result")
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .option("--name <run>", "name of the run; default: the preset and the time")
    .addOption(options.data())
    .addOption(options.label())
    .addOption(options.classes())
    .addOption(options.clients())
    .addOption(options.home())
    .addOption(options.environments())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Examples:
  fedstep run --preset paper
  fedstep run --preset tuned --set seed=2 --set federation.rounds=50
  fedstep run --preset paper --data ./mnist --name first --json > result.json
  fedstep run --data iris.csv --label species --set partition.kind=dirichlet --set partition.clients=3
  fedstep run --clients ./hospitals --label outcome
  fedstep run --config my.json --target aws --stack fedstep`,
    )
    .action((given: RunOptions) => run(session, given));
}

async function run(session: Session, given: RunOptions): Promise<void> {
  const say = given.json ? () => {} : session.say;
  const config = await configFrom(given);
  checkConfig(config);
  const name = checkRunName(given.name ?? defaultRunName(config.preset, new Date()));
  const dataset = await announcedDataset(session, given, say);
  // a partition that cannot be made is found here, before anything is written
  partitionDataset(dataset.examples.y, dataset.classes, config, dataset);

  const { trainer } = config.training;
  const target = await openTarget(given, {
    tfjs: trainer === "tfjs",
    environments: given.environments,
    say,
  });
  try {
    for (const note of target.notes) say(note);
    const record = await uploadDataset(target, dataset);
    const started = () => {
      say(`run ${name}`);
      return given.json ? silentProgress : showProgress(config, session.stderr);
    };
    const result = await executeRun(target, { run: name, config, dataset: record }, started, session.signal);
    const file = await saveResult(given.home, result, target.objects);
    const page = await saveReport(given.home, name, (await target.objects.get(keys.report(name))).bytes);
    session.print(
      given.json ? JSON.stringify(result, null, 2) : `\n${summary(result)}\nresult ${file}\nreport ${page}`,
    );
  } finally {
    await target.close();
  }
}
