import type { Command } from "commander";
import { comparisonInJson } from "../../report/comparison-json.ts";
import { comparisonText } from "../../report/comparison-text.ts";
import { compareRuns, type RunComparison } from "../../report/run-comparison.ts";
import { comparisonInvalid } from "../../shared/errors.ts";
import { options } from "../options.ts";
import { readResult } from "../run/read-result.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";
import { writePage } from "../write-page.ts";

interface CompareOptions extends TargetOptions {
  readonly html?: string;
  readonly json?: boolean;
}

/** As many as the page has colours for. */
const pageRuns = 12;

export function compareCommand(command: Command, session: Session): Command {
  return command
    .option("--html <file>", "also write a page with the curves overlaid")
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.json())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep compare first second\n  fedstep compare avg prox scaffold --html strategies.html",
    )
    .action((runs: string[], given: CompareOptions) => compare(session, runs, given));
}

async function compare(session: Session, runs: readonly string[], given: CompareOptions): Promise<void> {
  const names = [...new Set(runs)];
  if (names.length < 2) throw comparisonInvalid("compare takes at least two different runs");
  if (given.html !== undefined && names.length > pageRuns) {
    throw comparisonInvalid(
      `--html: a page tells ${pageRuns} runs apart by colour, and these are ${names.length}`,
    );
  }
  const storage = await openStorage(given);
  let comparison: RunComparison;
  try {
    comparison = compareRuns(await Promise.all(names.map((run) => readResult(storage, run))));
  } finally {
    await storage.close();
  }
  if (given.html !== undefined) {
    // the charts take a second to load, which no other command should wait for
    const { comparisonPage } = await import("../../report/comparison-page.ts");
    await writePage(given.html, comparisonPage(comparison));
  }
  if (given.json) return session.print(JSON.stringify(comparisonInJson(comparison), null, 2));
  const page = given.html === undefined ? "" : `\n\npage ${given.html}`;
  session.print(`${comparisonText(comparison)}${page}`);
}
