import { runUnfinished } from "../../shared/errors.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { findResult } from "../../storage/result-objects.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Runs } from "../targets/target.ts";
import { checkRunName } from "./name.ts";
import { readRecord } from "./read-record.ts";

/** What a finished run came to. @throws RunNameInvalid, RunMissing or RunUnfinished */
export async function readResult(runs: Runs, run: string): Promise<Result> {
  checkRunName(run);
  const result = await findResult(runs.objects, run);
  if (result) return result;
  await readRecord(runs, run);
  throw runUnfinished(
    `run ${run} has no result yet; ${commandFor(runs, `show ${run}`)} tells how far it came`,
  );
}
