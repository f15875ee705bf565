import { isDeepStrictEqual } from "node:util";
import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import type * as z from "zod";
import type { Config } from "../../shared/config/schema.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { attemptName } from "../../shared/study/plan.ts";
import {
  type DatasetRecord,
  type Result,
  type RunRecord,
  resultRecord,
  runRecord,
} from "../../shared/workflow/records.ts";
import { continuationOf } from "../run/follow.ts";
import { executionArn } from "../target/execution.ts";
import type { Target } from "../target/target.ts";

/** How far a planned run has come before. */
export type Standing =
  | { readonly kind: "finished"; readonly result: Result }
  /** Of a command that is gone: on AWS, runs go on without it. */
  | { readonly kind: "under way"; readonly run: string; readonly execution: string }
  | {
      readonly kind: "to do";
      readonly attempt: number;
      /** Begun before, and never finished. */
      readonly abandoned: readonly string[];
    };

/** Looks through the attempts at a run, from the first to the one that is not taken. */
export async function standingOf(
  target: Target,
  name: string,
  config: Config,
  dataset: DatasetRecord,
): Promise<Standing> {
  const abandoned: string[] = [];
  const isOurs = (record: RunRecord | Result) =>
    record.dataset.digest === dataset.digest && isDeepStrictEqual(record.config, config);
  for (let attempt = 1; ; attempt++) {
    const run = attemptName(name, attempt);
    if (!(await target.objects.exists(keys.config(run)))) return { kind: "to do", attempt, abandoned };
    const record = await readable(target, keys.config(run), runRecord);
    if (!record || !isOurs(record)) continue;
    const execution = executionArn(target, run);
    // asked first: a run that ends between the two questions is then found finished
    const underWay = await isUnderWay(target, execution);
    const result = await readable(target, keys.result(run), resultRecord);
    if (result && isOurs(result)) return { kind: "finished", result };
    if (underWay) return { kind: "under way", run, execution };
    abandoned.push(run);
  }
}

/** The object; undefined too where it is of a version with other records, whose run is then made again. */
async function readable<T>({ objects }: Target, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return await objects.findJson(key, schema);
  } catch (error) {
    if (error instanceof FedstepError && error.name === "ObjectInvalid") return undefined;
    throw error;
  }
}

/** Whether the last of a run's executions is at work, found from its first. */
async function isUnderWay(target: Target, execution: string): Promise<boolean> {
  try {
    const { status, output } = await target.states.send(
      new DescribeExecutionCommand({ executionArn: execution }),
    );
    if (status !== "SUCCEEDED") return status === "RUNNING";
    const next = continuationOf(output);
    return next !== undefined && (await isUnderWay(target, next));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}
