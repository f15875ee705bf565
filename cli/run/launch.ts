import { NoSuchUpload } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Config } from "../../shared/config/schema.ts";
import { type Dataset, datasetDigest, encodeDataset } from "../../shared/dataset/dataset.ts";
import { runExists, runUnderWay } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import type { DatasetRecord, RunRecord } from "../../shared/workflow/run-record.ts";
import { commandFor } from "../targets/command-for.ts";
import { findExecution } from "../targets/execution.ts";
import type { Storage, Target } from "../targets/target.ts";
import { uploadResumably } from "./resumable-upload.ts";
import { showUpload } from "./upload-progress.ts";

/** What somebody who waits for an upload gets to see, and how they end it. */
export interface UploadDatasetOptions {
  readonly say?: ((text: string) => void) | undefined;
  /** Where a bar may be drawn. */
  readonly stream?: NodeJS.WriteStream | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Uploads the data set once per content; says how the run will know it. Where an upload was cut off, the next one goes
 * on with it.
 */
export async function uploadDataset(
  target: Storage,
  dataset: Dataset,
  { say = () => {}, stream, signal }: UploadDatasetOptions = {},
): Promise<DatasetRecord> {
  const bytes = encodeDataset(dataset);
  const digest = await datasetDigest(bytes);
  const key = keys.dataset(digest);
  const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
  if (await target.objects.exists(key)) {
    say(`data: its ${size} are in the bucket already`);
  } else {
    const begins = ({ parts, present }: { parts: number; present: number }) =>
      say(`data: uploading ${size}${present > 0 ? `, of which ${present} of ${parts} parts are there` : ""}`);
    const shown = stream && showUpload(stream);
    try {
      const watch = { begins, ...(shown && { sent: shown.sent }), ...(signal && { signal }) };
      await uploadResumably({ ...target, key }, bytes, watch);
    } catch (error) {
      // somebody else was at the same upload, and completed it first
      if (!(error instanceof NoSuchUpload && (await target.objects.exists(key)))) throw error;
    } finally {
      shown?.end();
    }
  }
  return datasetRecordOf(dataset, digest);
}

/**
 * Takes the run's name and starts its execution.
 * @returns the ARN of the execution
 * @throws RunExists where the name is taken; nothing has been written then. RunUnderWay where others have started it
 */
export async function startRun(
  target: Target,
  run: string,
  config: Config,
  dataset: DatasetRecord,
  rest: Pick<RunRecord, "from" | "owners" | "dropsUpdates" | "beside"> = {},
): Promise<string> {
  const record: RunRecord = {
    run,
    createdAt: new Date().toISOString(),
    config,
    dataset,
    ...rest,
  };
  await refuseOtherCase(target, run);
  // asked before there is a run that somebody could resume: an execution that is there now is none of this run; whoever
  // may start executions and not look at them learns it from the start
  if (await findExecution(target, record, 1).catch(() => undefined)) {
    throw (await target.objects.exists(keys.config(run))) ? nameTaken(run) : executionExists(run);
  }
  // the configuration is the claim to the name: of several writers exactly one succeeds
  const claimed = await target.objects.putNewRecord(keys.config(run), record);
  if (!claimed) throw nameTaken(run);
  try {
    const started = await target.states.send(
      new StartExecutionCommand({
        stateMachineArn: target.stateMachineArn,
        name: run,
        input: JSON.stringify({ run }),
      }),
    );
    return started.executionArn ?? "";
  } catch (error) {
    await giveBack(target, record, error);
    throw error instanceof ExecutionAlreadyExists ? executionExists(run) : error;
  }
}

/**
 * Gives up the name of a run that could not be started. Meanwhile somebody may have resumed it, or it was started and the
 * answer got lost: then, and where nobody can tell, its configuration is what its execution needs.
 * @throws RunUnderWay
 */
async function giveBack(target: Target, record: RunRecord, cause: unknown): Promise<void> {
  const { run } = record;
  const execution = await findExecution(target, record, 1).catch(() => "unknown" as const);
  if (execution === "unknown") return;
  if (execution === undefined || execution === "another's") {
    return target.objects.remove(keys.config(run));
  }
  throw runUnderWay(
    `run ${run} has been started already, by another command or by a request whose answer was lost: ` +
      `its execution is ${execution.status}; ${commandFor(target, `show ${run}`)} tells how far it came`,
    { cause },
  );
}

function nameTaken(run: string) {
  return runExists(`there is a run "${run}" already; take another --name`);
}

function executionExists(run: string) {
  return runExists(`Step Functions has had an execution "${run}" already; take another --name`);
}

/**
 * Of two names that differ only in case, a disk that does not tell them apart would make one folder, when the runs are
 * brought home or lie there already.
 * @throws RunExists
 */
async function refuseOtherCase({ objects }: Target, run: string): Promise<void> {
  const names = await objects.listFolders(keys.runs);
  const same = names.find((name) => name !== run && name.toLowerCase() === run.toLowerCase());
  if (same === undefined) return;
  throw runExists(
    `there is a run "${same}" already, whose name differs from "${run}" only in capital letters, which some disks do ` +
      "not tell apart; take another --name",
  );
}
