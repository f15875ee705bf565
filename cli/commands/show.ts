import type { Command } from "commander";
import { remarksBelow } from "../../report/round-remarks.ts";
import { roundTable } from "../../report/round-table.ts";
import { summary } from "../../report/summary.ts";
import { findResult } from "../../storage/result-objects.ts";
import { completedEpochs, completedRounds, readRounds } from "../../storage/run-objects.ts";
import { options } from "../options.ts";
import { programName } from "../program-name.ts";
import { heardOf, heardText } from "../run/heard-owners.ts";
import { readRecord } from "../run/read-record.ts";
import type { Session } from "../session.ts";
import { alsoInCloudWatch } from "../targets/aws.ts";
import { stackOutputsOf, storageOf, type TargetOptions } from "../targets/open.ts";
import { ofOneRun } from "./of-one-run.ts";

export function showCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .addOption(options.json())
    .addHelpText("after", "\nExamples:\n  fedstep show first\n  fedstep show first --json")
    .action((run: string, given: TargetOptions & { json?: boolean }) => show(session, run, given));
}

async function show(session: Session, run: string, given: TargetOptions & { json?: boolean }): Promise<void> {
  const outputs = await stackOutputsOf(given);
  const storage = await storageOf(given, outputs);
  const { objects } = storage;
  try {
    const record = await readRecord(storage, run);
    const { config, dataset } = record;
    const result = await findResult(objects, run);
    if (result && given.json) return session.print(JSON.stringify(result, null, 2));
    const rounds = result
      ? // and the pass that evaluates the final model
        await readRounds(objects, result, result.federated.rounds.length + 1)
      : await completedRounds(objects, run);
    const table = rounds.length === 0 ? "" : `\n\n${roundTable(rounds)}`;
    const below = `${table}${remarksBelow(rounds, dataset)}${outputs ? `\n\n${alsoInCloudWatch(outputs)}` : ""}`;
    if (result) return session.print(`${summary(result, programName(session.env))}${below}`);
    const trained = rounds.filter(({ task }) => task === "train").length;
    const epochs = (await completedEpochs(objects, run)).length;
    const { federation, baseline } = config;
    const heard = await heardOf(objects, record, rounds.length + 1);
    session.print(
      given.json
        ? JSON.stringify({ run, finished: false, rounds: trained, epochs, ...(heard && { heard }) }, null, 2)
        : `run ${run} has no result: ${trained} of ${federation.rounds} rounds` +
            `${baseline.enabled ? ` and ${epochs} of ${baseline.epochs} epochs` : ""} are done${heard ? `\n${heardText(heard)}` : ""}${below}`,
    );
  } finally {
    await storage.close();
  }
}
