import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { processIdentity } from "../../system/process-identity.ts";
import { systemCode } from "../../system/system-error.ts";
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
  /** The process that runs it, and without which it does not. */
  owner: processIdentity.optional(),
});

/** One execution as it lies on disk, beside its history. */
export type ExecutionRecord = z.infer<typeof recordSchema>;

const historySchema = z.array(
  z.looseObject({ id: z.int(), previousEventId: z.int(), type: z.string(), timestamp: z.number() }),
);

/** What lies under a name; of a damaged record it is known that it was there, and since when it is as it is. */
export type StoredExecution =
  | { readonly record: ExecutionRecord; readonly touchedMs: number }
  | { readonly damaged: string; readonly touchedMs: number };

/** <directory>/<execution>.json and <execution>.history.json, each replaced as a whole. */
export class ExecutionStore {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<ExecutionStore> {
    await mkdir(directory, { recursive: true });
    return new ExecutionStore(directory);
  }

  /** @returns false where there is one of the name: of several processes that create it one succeeds */
  async create(record: ExecutionRecord): Promise<boolean> {
    const path = this.#pathOf(record.name, ".json");
    // a link appears with all of the file or not at all
    const draft = `${path}.${randomBytes(6).toString("hex")}.new`;
    try {
      await writeFile(draft, textOf(record));
      await link(draft, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async write(record: ExecutionRecord): Promise<void> {
    await writeFileAtomic(this.#pathOf(record.name, ".json"), textOf(record));
  }

  /** Says, to whoever cannot ask for the owner's process, that it is alive. */
  async touch(name: string): Promise<void> {
    const now = new Date();
    await utimes(this.#pathOf(name, ".json"), now, now);
  }

  async read(name: string): Promise<StoredExecution | undefined> {
    return readStored(this.#pathOf(name, ".json"));
  }

  /** The names of all executions, those left out whose names are in a damaged record alone. */
  async names(): Promise<string[]> {
    const files = (await readdir(this.#directory)).filter((file) => /(?<!\.history)\.json$/.test(file));
    const names = files.map(async (file) => {
      const name = file.slice(0, -".json".length);
      const stored = await readStored(join(this.#directory, file));
      if (stored && "record" in stored) return [stored.record.name];
      return fileNameOf(name) === name ? [name] : [];
    });
    return (await Promise.all(names)).flat();
  }

  async writeHistory(name: string, events: readonly HistoryEvent[]): Promise<void> {
    await writeFileAtomic(this.#pathOf(name, ".history.json"), JSON.stringify(events));
  }

  /** Undefined where it is not there, or damaged. */
  async readHistory(name: string): Promise<readonly HistoryEvent[] | undefined> {
    try {
      return historySchema.parse(JSON.parse(await readFile(this.#pathOf(name, ".history.json"), "utf8")));
    } catch {
      return undefined;
    }
  }

  #pathOf(name: string, suffix: string): string {
    return join(this.#directory, `${fileNameOf(name)}${suffix}`);
  }
}

/** One execution of a directory that nobody has to open for it, which the home may be read-only for. */
export function readExecution(directory: string, name: string): Promise<StoredExecution | undefined> {
  return readStored(join(directory, `${fileNameOf(name)}.json`));
}

const textOf = (record: ExecutionRecord): string => `${JSON.stringify(record, null, 2)}\n`;

async function readStored(path: string): Promise<StoredExecution | undefined> {
  let touchedMs = 0;
  try {
    touchedMs = (await stat(path)).mtimeMs;
    return { record: recordSchema.parse(JSON.parse(await readFile(path, "utf8"))), touchedMs };
  } catch (error) {
    return systemCode(error) === "ENOENT" ? undefined : { damaged: path, touchedMs };
  }
}
