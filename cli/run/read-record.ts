import { runMissing } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { type RunRecord, runRecord } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { checkRunName } from "./name.ts";

/** What a run was started with. @throws RunNameInvalid, RunMissing */
export async function readRecord(objects: Objects, run: string): Promise<RunRecord> {
  const record = await objects.findJson(keys.config(checkRunName(run)), runRecord);
  if (record) return record;
  throw runMissing(`there is no run "${run}"; fedstep runs lists them`);
}
