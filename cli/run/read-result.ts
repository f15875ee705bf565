import { runUnfinished } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { type Result, resultRecord } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { checkRunName } from "./name.ts";
import { readRecord } from "./read-record.ts";

/** What a finished run came to. @throws RunNameInvalid, RunMissing or RunUnfinished */
export async function readResult(objects: Objects, run: string): Promise<Result> {
  checkRunName(run);
  const result = await objects.findJson(keys.result(run), resultRecord);
  if (result) return result;
  await readRecord(objects, run);
  throw runUnfinished(`run ${run} has no result yet; fedstep show ${run} tells how far it came`);
}
