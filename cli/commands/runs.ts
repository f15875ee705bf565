import type { Command } from "commander";
import { runsTable } from "../../report/runs-table.ts";
import { keys } from "../../shared/layout.ts";
import { resultRecord, runRecord } from "../../shared/workflow/records.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../target/open.ts";

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
    const names = await storage.objects.listFolders(keys.runs);
    const found = await Promise.all(
      names.map(async (name) => {
        const [record, result] = await Promise.all([
          storage.objects.findRecord(keys.config(name), runRecord),
          storage.objects.findRecord(keys.result(name), resultRecord),
        ]);
        return {
          run: name,
          createdAt: record?.createdAt ?? "",
          preset: record?.config.preset ?? "",
          seed: record?.config.seed ?? null,
          finished: result !== undefined,
          federated: result?.federated.accuracy ?? null,
          baseline: result?.baseline?.accuracy ?? null,
          ratio: result?.ratio ?? null,
          examples: result?.federated.examples ?? null,
          baselineExamples: result?.baseline?.examples ?? null,
        };
      }),
    );
    found.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.run.localeCompare(b.run));
    if (given.json) return session.print(JSON.stringify(found, null, 2));
    if (found.length === 0) return session.print("no runs yet; start one with: fedstep run");
    session.print(runsTable(found, session.columns));
  } finally {
    await storage.close();
  }
}
