import { Command } from "commander";
import { roundTable } from "../../report/round-table.ts";
import { summary } from "../../report/summary.ts";
import { keys } from "../../shared/layout.ts";
import type { RoundLine } from "../../shared/metrics/round-line.ts";
import { resultRecord } from "../../shared/workflow/records.ts";
import { completedEpochs, completedRounds } from "../../storage/run-objects.ts";
import { options } from "../options.ts";
import { checkRunName } from "../run/name.ts";
import { readRecord } from "../run/read-record.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../target/open.ts";
import type { Storage } from "../target/target.ts";

export function showCommand(session: Session): Command {
  return new Command("show")
    .description("show one run: its result, or how far it came")
    .argument("<run>", "name of the run")
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.json())
    .addHelpText("after", "\nExamples:\n  fedstep show first\n  fedstep show first --json")
    .action((run: string, given: TargetOptions & { json?: boolean }) => show(session, run, given));
}

async function show(session: Session, run: string, given: TargetOptions & { json?: boolean }): Promise<void> {
  checkRunName(run);
  const storage = await openStorage(given);
  try {
    const record = await readRecord(storage.objects, run);
    const result = await storage.objects.findJson(keys.result(run), resultRecord);
    if (result && given.json) return session.print(JSON.stringify(result, null, 2));
    const rounds = given.json
      ? ""
      : roundsOf(await storage.publishedRounds(run), result !== undefined, given);
    if (result) return session.print(`${summary(result)}${rounds}`);
    const unfinished = await progressOf(storage, run);
    session.print(
      given.json
        ? JSON.stringify({ run, finished: false, ...unfinished }, null, 2)
        : `run ${run} has no result: ${unfinished.rounds} of ${record.config.federation.rounds} rounds` +
            `${record.config.baseline.enabled ? ` and ${unfinished.epochs} of ${record.config.baseline.epochs} epochs` : ""} are done${rounds}`,
    );
  } finally {
    await storage.close();
  }
}

/** The rounds as they published themselves, below what stands above. */
function roundsOf(
  lines: readonly RoundLine[] | undefined,
  finished: boolean,
  { stack }: Pick<TargetOptions, "stack">,
): string {
  if (lines === undefined) return `\n\nthe rounds stand in CloudWatch's dashboard "${stack}"`;
  return lines.length === 0 ? "" : `\n\n${roundTable(lines, finished)}`;
}

async function progressOf({ objects }: Storage, run: string): Promise<{ rounds: number; epochs: number }> {
  const rounds = await completedRounds(objects, run);
  const epochs = await completedEpochs(objects, run);
  return { rounds: rounds.length, epochs: epochs.length };
}
