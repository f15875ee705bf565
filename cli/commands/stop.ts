import type { Command } from "commander";
import { runEndsWithCommand, runFinished } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { readRecord } from "../run/read-record.ts";
import { stopRun } from "../run/stop.ts";
import type { Session } from "../session.ts";
import { awsTarget } from "../targets/aws.ts";
import { commandFor } from "../targets/command-for.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";
import { ofOneRun } from "./of-one-run.ts";

export function stopCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .addHelpText(
      "after",
      `
Clients that train at that moment end their work, and nothing counts that their round had not aggregated. A local run
ends with the command that started it.

Examples:
  fedstep stop first --target aws`,
    )
    .action((run: string, given: TargetOptions) => stop(session, run, given));
}

async function stop(session: Session, run: string, given: TargetOptions): Promise<void> {
  const target = given.target === "aws" ? await awsTarget(given.stack) : undefined;
  const storage = target ?? (await openStorage(given));
  try {
    const record = await readRecord(storage, run);
    if (await storage.objects.exists(keys.result(run))) {
      throw runFinished(`run ${run} has finished; ${commandFor(storage, `show ${run}`)} prints its result`);
    }
    if (target === undefined) {
      throw runEndsWithCommand(
        `run ${run} cannot be stopped from here: a local run ends with the command that started it, by Ctrl-C`,
      );
    }
    await stopRun(target, record);
    session.print(
      `run ${run} is stopped; ${commandFor(target, `resume ${run}`)} goes on from its last complete round`,
    );
  } finally {
    await storage.close();
  }
}
