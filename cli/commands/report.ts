import type { Command } from "commander";
import open from "open";
import { canBeTried, type Story, storyOf } from "../../report/story.ts";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/records.ts";
import { readEpochs, readFinalModels, readRounds } from "../../storage/run-objects.ts";
import { readResult } from "../run/read-result.ts";
import { saveReport } from "../run/save-report.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../target/open.ts";
import type { Runs } from "../target/target.ts";
import { writePage } from "../write-page.ts";
import { ofOneRun } from "./of-one-run.ts";

interface ReportOptions extends TargetOptions {
  readonly html?: string;
  readonly open?: boolean;
}

export function reportCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .option("--html <file>", "write it there, in place of HOME/runs/RUN/report.html")
    .option("--open", "open it in the browser")
    .addHelpText("after", "\nExamples:\n  fedstep report first --open\n  fedstep report first --target aws")
    .action((run: string, given: ReportOptions) => report(session, run, given));
}

async function report(session: Session, run: string, given: ReportOptions): Promise<void> {
  const storage = await openStorage(given);
  try {
    // loaded here, since the charting library takes longer to load than other commands take
    const { reportPage } = await import("../../report/page.ts");
    const page = reportPage(await readStory(storage, run));
    const file = given.html ?? (await saveReport(given.home, run, page));
    if (given.html !== undefined) await writePage(given.html, page);
    session.print(`report ${file}`);
    if (given.open) await open(file);
  } finally {
    await storage.close();
  }
}

/** @throws RunMissing, RunUnfinished, ObjectMissing or ObjectInvalid */
async function readStory(runs: Runs, run: string): Promise<Story> {
  const { objects } = runs;
  const result = await readResult(runs, run);
  const plan = await objects.getRecord(keys.plan(run), planRecord);
  const [rounds, epochs, models] = await Promise.all([
    // the pass that evaluates the final model comes after the rounds
    readRounds(objects, plan, result.federated.rounds.length + 1),
    readEpochs(objects, plan, result.baseline?.epochs.length ?? 0),
    canBeTried(plan) ? readFinalModels(objects, plan, result) : undefined,
  ]);
  return storyOf({ result, rounds, epochs, models });
}
