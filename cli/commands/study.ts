import { type Command, Option } from "commander";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { sampleSource } from "../../mnist/embedded-sample.ts";
import { studyMarkdown } from "../../report/study-table.ts";
import { withinData } from "../../shared/config/preset-limit.ts";
import { studyIncomplete, studyInvalid } from "../../shared/errors.ts";
import { cellName } from "../../shared/study/cells.ts";
import { planStudy, type StudyPlan } from "../../shared/study/plan.ts";
import { type CellOutcome, studyOutcome } from "../../shared/study/results.ts";
import { takesNumbers } from "../../shared/task/tasks.ts";
import { version } from "../../shared/version.ts";
import { readJsonFile } from "../../tables/json-file.ts";
import type { DataOptions } from "../dataset/open.ts";
import { requireWebAssembly } from "../machine-limits.ts";
import { options, ownersOf } from "../options.ts";
import { announcedDataset } from "../run/announced-dataset.ts";
import { expectedCostOfAll } from "../run/expected-cost.ts";
import { uploadDataset } from "../run/launch.ts";
import { saveResult } from "../run/save.ts";
import type { Session } from "../session.ts";
import { carryOut } from "../study/carry-out.ts";
import { checkRuns, sizeRuns } from "../study/check-runs.ts";
import { showStudy, silentStudy } from "../study/progress.ts";
import { writeResults } from "../study/write-results.ts";
import {
  offeredDeployment,
  openTarget,
  requirePackagesFor,
  stackOutputsOf,
  type TargetOptions,
} from "../targets/open.ts";

interface StudyOptions extends TargetOptions, DataOptions {
  readonly environments?: number;
  readonly federation?: string;
  readonly dryRun?: boolean;
  readonly keepUpdates?: boolean;
  readonly json?: boolean;
}

export function studyCommand(command: Command, session: Session): Command {
  return (
    command
      .addOption(options.data())
      .addOption(options.label())
      .addOption(options.classes())
      .addOption(options.select())
      .addOption(options.csv())
      .addOption(options.schema())
      .addOption(options.clients())
      // refused by name, with what to do in its place
      .addOption(new Option("--federation <name>").hideHelp())
      .option("--dry-run", "check the study and list its cells; nothing is written")
      .option("--keep-updates", "keep what the clients sent in every round, which is most of a run's bytes")
      .addOption(options.home())
      .addOption(options.environments())
      .addOption(options.target())
      .addOption(options.stack())
      .addOption(options.json())
      .addHelpText(
        "after",
        `
Runs that have finished are kept: the same command goes on with a study that was interrupted, and after a change of
the file runs what is new. The table stands in HOME/studies/NAME as results.md, .csv and .json.

Examples:
  fedstep study studies/foreign-digits.json
  fedstep study studies/foreign-digits.json --dry-run
  fedstep study my.json --data ./mnist --target aws --stack fedstep

A study:
  {
    "name": "rates",
    "preset": "tuned",
    "config": { "federation": { "rounds": 50 } },
    "vary": {
      "training.learningRate": [0.05, 0.1, 0.2],
      "federation.strategy": [{ "name": "FedAvg" }, { "name": "FedProx", "mu": 0.1 }]
    },
    "seeds": [1, 2, 3],
    "targetAccuracy": 0.95
  }`,
      )
      .action((file: string, given: StudyOptions) => study(session, file, given))
  );
}

async function study(session: Session, file: string, given: StudyOptions): Promise<void> {
  if (given.federation !== undefined) {
    throw studyInvalid(
      `--federation: the owners of ${given.federation} have agreed to one configuration, and a study varies it: propose a version ` +
        "for each, start a run under it, and set the runs beside each other by fedstep compare",
    );
  }
  if (given.target === "local") requireWebAssembly();
  const { signal } = session;
  const say = given.json ? () => {} : session.say;
  const owners = await ownersOf(given.clients);
  const input = await readJsonFile(file, "", studyInvalid);
  // whoever has written it wrong is told so before a data set is fetched and read
  const asked = planStudy(input, checkConfig, { owners });
  // and whoever lacks what it takes, but for a dry run, which starts nothing
  if (!given.dryRun) {
    requirePackagesFor(
      given,
      asked.cells.map(({ config }) => config),
    );
  }
  const numbers = asked.cells.every(({ config }) => takesNumbers(config));
  const dataset = await announcedDataset(session, { ...given, numbers }, say);
  const plan = planStudy(input, checkConfig, {
    owners,
    sample: dataset.source === sampleSource,
    classes: dataset.classes,
  });
  const { cells } = plan;
  const within = plan.runs.map((run) => ({ ...run, config: withinData(run.config, dataset.examples.count) }));
  const runs = sizeRuns(within, dataset);
  const { name, seeds } = plan.study;
  const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
  say(
    `study ${name}: ${counted(cells.length, "cell")} x ${counted(seeds.length, "seed")} = ` +
      counted(runs.length, "run"),
  );
  if (given.dryRun) {
    checkRuns(runs, offeredDeployment(await stackOutputsOf(given)));
    return session.print(given.json ? JSON.stringify(cellRecords(plan), null, 2) : cellList(plan));
  }

  const target = await openTarget(given, {
    tfjs: cells.some(({ config }) => config.training.trainer === "tfjs"),
    environments: given.environments,
    say,
    signal: session.signal,
  });
  const progress = given.json ? silentStudy(session.say) : showStudy(runs, session.stderr);
  try {
    for (const note of target.notes) say(note);
    checkRuns(runs, target.deployment);
    if (given.target === "aws") {
      const expected = runs.map(({ config, sizing }) => ({ config, data: sizing.data }));
      say(expectedCostOfAll(expected, target.deployment));
    }
    const watched = given.target === "aws" && !given.json ? { say, stream: session.stderr } : {};
    const record = await uploadDataset(target, dataset, { ...watched, signal });
    const outcomes: CellOutcome[] = [];
    const resultsSoFar = () => studyOutcome(plan, outcomes, record, version);
    const ended = async (outcome: CellOutcome, kept: boolean) => {
      outcomes.push(outcome);
      if ("result" in outcome && !kept) await saveResult(given.home, outcome.result, target.objects);
      await writeResults(given.home, resultsSoFar());
    };
    const { keepUpdates = false } = given;
    await carryOut(target, { study: name, runs, dataset: record, keepUpdates, progress, signal, ended });
    progress.end();
    const results = resultsSoFar();
    const folder = await writeResults(given.home, results);
    session.print(
      given.json ? JSON.stringify(results, null, 2) : `\n${studyMarkdown(results)}\nresults ${folder}`,
    );
    checkComplete(outcomes);
  } catch (error) {
    progress.end();
    if (!signal.aborted) throw target.explained?.(error) ?? error;
    say(`study ${name}: what has finished is kept; the same command goes on from there`);
    // a study goes on with its runs by itself
    throw signal.reason;
  } finally {
    await target.close();
  }
}

/** @throws StudyIncomplete */
function checkComplete(outcomes: readonly CellOutcome[]): void {
  const failed = outcomes.filter((outcome) => "failed" in outcome).length;
  if (failed === 0) return;
  throw studyIncomplete(
    `${failed} of ${outcomes.length} runs failed, and the table leaves them out; the same command tries them again`,
  );
}

function cellList({ cells }: StudyPlan): string {
  return cells.map(({ labels }) => cellName(labels)).join("\n");
}

function cellRecords({ study, cells }: StudyPlan) {
  return { study, cells: cells.map(({ labels, config }) => ({ labels, config })) };
}
