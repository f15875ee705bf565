import { keptByOwners } from "../../shared/owners/owners-dataset.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readAgreement } from "../../storage/agreement-objects.ts";
import { readRecord } from "../run/read-record.ts";
import type { Runs } from "../targets/target.ts";

/**
 * The column that owners have agreed to predict, so that their models are asked about a file such as they were trained with,
 * ids and all.
 * @returns undefined of a run whose clients are simulated
 */
export async function agreedLabel(runs: Runs, { run, dataset }: Result): Promise<string | undefined> {
  if (dataset.source !== keptByOwners) return undefined;
  const { owners } = await readRecord(runs, run);
  return owners && (await readAgreement(runs.objects, owners.agreement)).schema.label.name;
}
