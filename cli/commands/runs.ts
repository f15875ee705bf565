import type { Command } from "commander";
import { runsTable } from "../../report/runs-table.ts";
import { options } from "../options.ts";
import { listRuns } from "../run/list-runs.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";

export function runsCommand(command: Command, session: Session): Command {
  return command
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.json())
    .addHelpText("after", "\nExamples:\n  fedstep runs\n  fedstep runs --target aws --json")
    .action((given: TargetOptions & { json?: boolean }) => runs(session, given));
}

async function runs(session: Session, given: TargetOptions & { json?: boolean }): Promise<void> {
  const storage = await openStorage(given);
  try {
    const found = await listRuns(storage.objects);
    if (given.json) return session.print(JSON.stringify(found, null, 2));
    if (found.length === 0) return session.print("no runs yet; start one with: fedstep run");
    session.print(runsTable(found, session.columns));
  } finally {
    await storage.close();
  }
}
