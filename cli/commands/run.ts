import type { Command } from "commander";
import { checkDeployed } from "../../cloud/deployment.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { concurrencyNote } from "../../cloud/limits/concurrency.ts";
import { checkLimits } from "../../cloud/limits/limits.ts";
import { dataSizing, type Sizing } from "../../cloud/sizing.ts";
import { footprints } from "../../functions/footprints.ts";
import { sampleSource } from "../../mnist/embedded-sample.ts";
import { settingsOnSample } from "../../report/publication.ts";
import { withinData } from "../../shared/config/preset-limit.ts";
import type { Config } from "../../shared/config/schema.ts";
import { configInvalid, forkInvalid } from "../../shared/errors.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { readJsonFile } from "../../tables/json-file.ts";
import { type ChaosArguments, chaosFrom, chaosHelp, chaosOptions } from "../chaos.ts";
import type { DataOptions } from "../dataset/open.ts";
import { requireWebAssembly } from "../machine-limits.ts";
import { type ConfigOptions, configFrom, isQuiet, type OutputOptions, options } from "../options.ts";
import { announcedDataset } from "../run/announced-dataset.ts";
import { conclude } from "../run/conclude.ts";
import { executeRun } from "../run/execute.ts";
import { expectedCost } from "../run/expected-cost.ts";
import { type ForkedFrom, parseFork, planFork } from "../run/fork.ts";
import { uploadDataset } from "../run/launch.ts";
import { checkRunName, defaultRunName } from "../run/name.ts";
import { showProgress, silentProgress } from "../run/progress.ts";
import type { Session } from "../session.ts";
import {
  offeredDeployment,
  openStorage,
  openTarget,
  requirePackagesFor,
  stackOutputsOf,
  type TargetOptions,
} from "../targets/open.ts";
import type { Target } from "../targets/target.ts";

/** What a run consists of, checked as far as it can be without knowing where it is to run. */
interface RunSource {
  readonly config: Config;
  readonly sizing: Sizing;
  readonly from?: ForkedFrom["from"];
  /** Puts the data set where the run finds it. */
  readonly upload: (target: Target) => Promise<DatasetRecord>;
}

interface RunOptions
  extends ConfigOptions,
    TargetOptions,
    DataOptions,
    OutputOptions,
    Omit<ChaosArguments, keyof TargetOptions> {
  readonly name?: string;
  readonly rounds?: string;
  readonly from?: string;
  readonly budget?: string;
  readonly environments?: number;
}

export function runCommand(command: Command, session: Session): Command {
  return command
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .option("--rounds <n>", "rounds of training, short for --set federation.rounds=<n>")
    .option(
      "--from <run@round>",
      "go on from a round of another run, with its data and changes to its configuration",
    )
    .option("--name <run>", "name of the run; default: the preset and the time")
    .option(
      "--budget <dollars>",
      "end before the round that would make the run cost more on AWS (sets federation.budget)",
    )
    .addOption(options.data())
    .addOption(options.label())
    .addOption(options.classes())
    .addOption(options.clients())
    .addOption(options.home())
    .addOption(options.environments())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.quiet())
    .addOption(chaosOptions.chaos())
    .addOption(chaosOptions.seed())
    .addOption(chaosOptions.fastRetries())
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
  fedstep run --from first@50 --set training.learningRate=0.01 --rounds 200
  fedstep run --preset tuned --target aws --budget 0.05
  fedstep run --config my.json --target aws --stack fedstep
  fedstep run --preset smoke --name stormy --chaos 0.05 --chaos-seed 7
${chaosHelp}`,
    )
    .action((given: RunOptions) => run(session, given));
}

async function run(session: Session, given: RunOptions): Promise<void> {
  if (given.name !== undefined) checkRunName(given.name, "--name");
  if (given.target === "local") requireWebAssembly();
  const quiet = isQuiet(given);
  const say = quiet ? () => {} : session.say;
  // a fault is told even where only the result is to be printed
  let tell = session.say;
  const chaos = await chaosFrom(given, (text) => tell(text));
  const { config, sizing, from, upload } =
    given.from === undefined ? await anew(session, given, say) : await forked(given.from, given);
  const note = given.target === "aws" ? concurrencyNote(config) : undefined;
  if (note) say(`note: ${note}`);
  const name = given.name ?? defaultRunName(config.preset, new Date());

  const { trainer } = config.training;
  const target = await openTarget(given, {
    tfjs: trainer === "tfjs",
    environments: given.environments,
    say,
    chaos,
    fastRetries: given.fastRetries,
    signal: session.signal,
  });
  try {
    for (const note of target.notes) say(note);
    checkLimits(sizing, target.deployment, footprints);
    if (given.target === "aws") say(expectedCost({ config, data: sizing.data, from }, target.deployment));
    const dataset = await upload(target);
    const started = () => {
      say(
        `run ${name}${target.endsWithCommand ? "" : ": its execution is RUNNING; Ctrl-C only stops watching"}`,
      );
      const progress = quiet
        ? silentProgress
        : showProgress({ config, from }, target.deployment, session.stderr);
      tell = progress.note ?? tell;
      return progress;
    };
    const order = { run: name, config, dataset, ...(from && { from }) };
    const result = await executeRun(target, order, started, session.signal);
    await conclude(session, target, result, given);
  } catch (error) {
    throw target.explained?.(error) ?? error;
  } finally {
    await target.close();
  }
}

/** --rounds and --budget are the last of the assignments. */
function assignments({ set, rounds, budget }: RunOptions): string[] {
  return [
    ...set,
    ...(rounds === undefined ? [] : [`federation.rounds=${rounds}`]),
    ...(budget === undefined ? [] : [`federation.budget=${budget}`]),
  ];
}

async function anew(session: Session, given: RunOptions, say: (text: string) => void): Promise<RunSource> {
  const options = { ...given, set: assignments(given) };
  const chosen = await configFrom(options);
  checkConfig(chosen);
  // whoever cannot run it there is told so before a data set is fetched and read
  if (given.target === "aws") checkDeployed(chosen, offeredDeployment(await stackOutputsOf(given)));
  requirePackagesFor(given, [chosen]);
  const dataset = await announcedDataset(session, given, say);
  const sample = dataset.source === sampleSource;
  const config = withinData(sample ? await configFrom(options, true) : chosen, dataset.examples.count);
  if (sample) for (const note of settingsOnSample(config)) say(`note: ${note}`);
  return {
    config,
    sizing: dataSizing(config, dataset),
    upload: (target) =>
      uploadDataset(target, dataset, {
        // a copy on this machine is nothing to wait for
        ...(!target.endsWithCommand && { say, ...(!isQuiet(given) && { stream: session.stderr }) }),
        signal: session.signal,
      }),
  };
}

async function forked(text: string, given: RunOptions): Promise<RunSource> {
  const foreign = (["preset", "data", "clients", "label", "classes"] as const).find((one) => given[one]);
  if (foreign)
    throw forkInvalid(`--${foreign}: a run with --from has configuration and data of that run; leave it out`);
  const storage = await openStorage(given);
  try {
    const file =
      given.config === undefined ? undefined : await readJsonFile(given.config, "--config: ", configInvalid);
    const { config, dataset, sizing, from } = await planFork(storage, parseFork(text), {
      file,
      set: assignments(given),
    });
    checkConfig(config);
    return { config, sizing, from, upload: async () => dataset };
  } finally {
    await storage.close();
  }
}
