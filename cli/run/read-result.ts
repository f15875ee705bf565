import { runMissing, runUnfinished } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { type Result, resultRecord, runRecord } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { checkRunName } from "./name.ts";

/** What a finished run came to. @throws RunNameInvalid, RunMissing or RunUnfinished */
export async function readResult(objects: Objects, run: string): Promise<Result> {
  checkRunName(run);
  const result = await objects.findJson(keys.result(run), resultRecord);
  if (result) return result;
  const record = await objects.findJson(keys.config(run), runRecord);
  if (!record) throw runMissing(`there is no run "${run}"; fedstep runs lists them`);
  throw runUnfinished(`run ${run} has no result yet; fedstep show ${run} tells how far it came`);
}
