import type * as z from "zod";
import type { ListedRun } from "../../report/runs-table.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { scoreIn, taskOf } from "../../shared/task/tasks.ts";
import { outcomeRecord } from "../../shared/workflow/result-record.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import type { Objects } from "../../storage/objects.ts";

/** What cannot be read of one run: damaged, written by a later version, or a file of somebody else. */
const unreadable = ["ObjectInvalid", "RecordsUnknown", "HomeUnreadable"];

/** Every run, the latest first. One that cannot be read is among them with the reason, and hides no other. */
export async function listRuns(objects: Objects): Promise<ListedRun[]> {
  const names = await objects.listFolders(keys.runs);
  const found = await Promise.all(names.map((name) => listedRun(objects, name)));
  return found.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.run.localeCompare(b.run));
}

async function listedRun(objects: Objects, run: string): Promise<ListedRun> {
  const damaged: string[] = [];
  const find = async <T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    try {
      return await objects.findRecord(key, schema);
    } catch (error) {
      if (!(error instanceof FedstepError && unreadable.includes(error.name))) throw error;
      damaged.push(`${error.name}: ${error.message}`);
      return undefined;
    }
  };
  const record = await find(keys.config(run), runRecord);
  const result = await find(keys.result(run), outcomeRecord);
  return {
    run,
    createdAt: record?.createdAt ?? "",
    preset: record?.config.preset ?? "",
    seed: record?.config.seed ?? null,
    finished: result !== undefined,
    score: record ? taskOf(record.config).score.name : null,
    federated: result ? scoreIn(result.federated).value : null,
    baseline: result?.baseline ? scoreIn(result.baseline).value : null,
    ratio: result?.ratio ?? null,
    trivial: result ? (taskOf(result.config).trivial(result.federated)?.score ?? null) : null,
    examples: result?.federated.examples ?? null,
    baselineExamples: result?.baseline?.examples ?? null,
    damaged,
  };
}
