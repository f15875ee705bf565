import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { objectInvalid } from "../../shared/errors.ts";
import { fileNameOf } from "./execution-name.ts";
import type { HistoryEvent } from "./history.ts";

const recordSchema = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  /** Seconds since 1970, as the API has them. */
  startDate: z.number(),
  stopDate: z.number().optional(),
  input: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  /** Against AWS's 25,000 and 256 KiB. */
  events: z.int(),
  largestPayloadBytes: z.int(),
  /** What AWS bills: states entered, and every retry once more. */
  transitions: z.int(),
});

/** One execution as it lies on disk, beside its history. */
export type ExecutionRecord = z.infer<typeof recordSchema>;

const historySchema = z.array(
  z.looseObject({ id: z.int(), previousEventId: z.int(), type: z.string(), timestamp: z.number() }),
);

export interface ExecutionStore {
  write(record: ExecutionRecord): Promise<void>;
  writeHistory(name: string, events: readonly HistoryEvent[]): Promise<void>;
  readHistory(name: string): Promise<readonly HistoryEvent[]>;
  readAll(): Promise<ExecutionRecord[]>;
}

async function readRecord(directory: string, file: string): Promise<ExecutionRecord> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(join(directory, file), "utf8")));
  } catch (cause) {
    throw objectInvalid(`The record of an execution, ${file}, cannot be read: remove it`, { cause });
  }
}

/** <directory>/<execution>.json and <execution>.history.json, each replaced as a whole. */
export async function openExecutionStore(directory: string): Promise<ExecutionStore> {
  await mkdir(directory, { recursive: true });
  const pathOf = (name: string, suffix: string): string => join(directory, `${fileNameOf(name)}${suffix}`);
  return {
    write: (record) => writeFileAtomic(pathOf(record.name, ".json"), `${JSON.stringify(record, null, 2)}\n`),
    writeHistory: (name, events) => writeFileAtomic(pathOf(name, ".history.json"), JSON.stringify(events)),
    async readHistory(name) {
      return historySchema.parse(JSON.parse(await readFile(pathOf(name, ".history.json"), "utf8")));
    },
    async readAll() {
      const files = (await readdir(directory)).filter((file) => /(?<!\.history)\.json$/.test(file));
      return Promise.all(files.map((file) => readRecord(directory, file)));
    },
  };
}
