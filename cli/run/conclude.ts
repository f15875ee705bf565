import { summary } from "../../report/summary.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { programName } from "../program-name.ts";
import type { Session } from "../session.ts";
import type { Storage } from "../targets/target.ts";
import { makeReport } from "./make-report.ts";
import { saveResult } from "./save.ts";
import { saveReport } from "./save-report.ts";

/**
 * Brings home what a run came to, its models and its report, and prints the result.
 * @param door where its owners asked for their jobs, of a run of owners
 */
export async function conclude(
  session: Session,
  { objects }: Storage,
  result: Result,
  { home, json = false }: { readonly home: string; readonly json?: boolean },
  door?: string,
): Promise<void> {
  const { file, leftOut } = await saveResult(home, result, objects);
  for (const name of leftOut) {
    session.say(
      `note: the ${name} model is made of one client's examples alone, and these credentials may not read such a model: it stays in the bucket`,
    );
  }
  const page = await saveReport(home, result.run, await makeReport(objects, result));
  session.print(
    json
      ? JSON.stringify(door === undefined ? result : { ...result, door }, null, 2)
      : `\n${summary(result, programName(session.env))}\nresult ${file}\nreport ${page}`,
  );
}
