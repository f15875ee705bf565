import { keys } from "../../shared/layout.ts";
import { besideOf } from "../../shared/workflow/beside-run.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { findResult } from "../../storage/result-objects.ts";
import type { Scene } from "./scene.ts";

/** What is told of the run that this one stands beside, held against that run's result, as long as it is there. */
export async function verifyBeside(
  { objects, audit, record }: Scene,
  beside: NonNullable<RunRecord["beside"]>,
): Promise<void> {
  const { run } = beside;
  const result = await audit.read(keys.result(run), () => findResult(objects, run));
  if (!result) {
    const why = `nothing else tells what ${run} came to, which has no result any more`;
    audit.unchecked.push({ objects: keys.config(record.run), fields: ["beside.*"], why });
    return;
  }
  if (audit.compare(keys.config(record.run), { beside }, { beside: besideOf(result) })) {
    audit.byDigest.push(`the run beside it, ${run}, whose own objects fedstep verify ${run} goes through`);
  }
}
