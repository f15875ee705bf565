import type { Command } from "commander";
import open from "open";
import { makeReport } from "../run/make-report.ts";
import { readResult } from "../run/read-result.ts";
import { saveReport } from "../run/save-report.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";
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
    const page = await makeReport(storage.objects, await readResult(storage, run));
    const file = given.html ?? (await saveReport(given.home, run, page));
    if (given.html !== undefined) await writePage(given.html, page);
    session.print(`report ${file}`);
    if (given.open) await open(file);
  } finally {
    await storage.close();
  }
}
