import { isDeepStrictEqual } from "node:util";
import type { Config } from "../../shared/config/schema.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { attemptName } from "../../shared/study/plan.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { type DatasetRecord, type RunRecord, runRecord } from "../../shared/workflow/run-record.ts";
import { findResult } from "../../storage/result-objects.ts";
import { executionArn, lastExecution } from "../targets/execution.ts";
import type { Target } from "../targets/target.ts";

/** How far a planned run has come before. */
export type Attempted =
  | { readonly kind: "finished"; readonly result: Result }
  /** In the given execution, of a command that is gone, or of another one: on AWS, runs go on without it. */
  | {
      readonly kind: "under way";
      readonly run: string;
      readonly execution: string;
      /** As its record says. */
      readonly dropsUpdates: boolean;
    }
  | {
      readonly kind: "to do";
      readonly attempt: number;
      /** Begun before, and never finished. */
      readonly abandoned: readonly string[];
    };

/**
 * Looks through the attempts at a run, from the first to the one that is not taken. What an attempt has left and cannot
 * be read, being damaged or of a version with other records, is told, and stays where it is.
 * @param unreadable told which attempt it is of, and why it cannot be read
 */
export async function attemptedOf(
  target: Target,
  name: string,
  config: Config,
  dataset: DatasetRecord,
  unreadable: (run: string, reason: string) => void,
): Promise<Attempted> {
  const { objects } = target;
  const abandoned: string[] = [];
  const readable = async <T>(run: string, reading: () => Promise<T | undefined>) => {
    const one = await found(reading);
    if (one && "damaged" in one) unreadable(run, one.damaged);
    return one;
  };
  const isOurs = (record: RunRecord | Result) =>
    record.dataset.digest === dataset.digest && isDeepStrictEqual(record.config, config);
  for (let attempt = 1; ; attempt++) {
    const run = attemptName(name, attempt);
    if (!(await objects.exists(keys.config(run)))) return { kind: "to do", attempt, abandoned };
    const claim = await readable(run, () => objects.findRecord(keys.config(run), runRecord));
    if (!claim || !("record" in claim) || !isOurs(claim.record)) continue;
    const { record } = claim;
    // asked first: a run that ends between the two questions is then found finished
    const last = await lastExecution(target, record);
    const result = await readable(run, () => findResult(objects, run));
    if (result && "damaged" in result) continue;
    if (result && isOurs(result.record)) return { kind: "finished", result: result.record };
    if (last.status === "RUNNING") {
      const execution = executionArn(target, last.name);
      return { kind: "under way", run, execution, dropsUpdates: record.dropsUpdates ?? false };
    }
    abandoned.push(run);
  }
}

/** The record, why it cannot be read, or undefined where there is none. */
async function found<T>(
  reading: () => Promise<T | undefined>,
): Promise<{ readonly record: T } | { readonly damaged: string } | undefined> {
  try {
    const record = await reading();
    return record && { record };
  } catch (error) {
    if (error instanceof FedstepError && error.name === "ObjectInvalid") return { damaged: error.message };
    throw error;
  }
}
