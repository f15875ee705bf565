import { runMissing } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { type RunRecord, runRecord } from "../../shared/workflow/run-record.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Runs } from "../targets/target.ts";
import { checkRunName } from "./name.ts";

/** What a run was started with. @throws RunNameInvalid, RunMissing */
export async function readRecord(runs: Runs, run: string): Promise<RunRecord> {
  const record = await runs.objects.findRecord(keys.config(checkRunName(run)), runRecord);
  if (record) return record;
  throw runMissing(`there is no run "${run}"; ${commandFor(runs, "runs")} lists them`);
}
