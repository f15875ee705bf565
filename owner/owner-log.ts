import { logBroken } from "../shared/errors.ts";
import { jsonOf } from "../shared/json-of.ts";
import {
  brokenAt,
  emptyHead,
  headAfter,
  type LogEntry,
  type LogEvent,
  linked,
  logEntry,
  notBefore,
} from "../shared/owners/log-entry.ts";
import type { LogStorage } from "./storage/home-storage.ts";

/** What has happened at an owner's, line by line: a chain, of which nothing is ever changed. */
export class OwnerLog {
  readonly #storage: LogStorage;
  #entries: LogEntry[];
  /** Bytes of whole lines; behind them may stand what a crash or a full disk left of one. */
  #whole: number;
  #cut: boolean;

  private constructor(storage: LogStorage, { entries, whole, cut }: ReadEntries) {
    this.#storage = storage;
    this.#entries = entries;
    this.#whole = whole;
    this.#cut = cut;
  }

  /** @throws LogBroken where a line is damaged, or does not go on from the one before */
  static async open(storage: LogStorage): Promise<OwnerLog> {
    return new OwnerLog(storage, await readEntries(storage));
  }

  /** Of a home that is made. */
  static begin(storage: LogStorage): OwnerLog {
    return new OwnerLog(storage, { entries: [], whole: 0, cut: false });
  }

  /** Reads what others have written since. @throws LogBroken */
  async reload(): Promise<void> {
    const { entries, whole, cut } = await readEntries(this.#storage);
    this.#entries = entries;
    this.#whole = whole;
    this.#cut = cut;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Number of the next entry: of a statement that is logged by it. */
  get next(): number {
    return this.#entries.length + 1;
  }

  /** Digest of the last entry. */
  get head(): string {
    const last = this.#entries.at(-1);
    return last ? headAfter(last) : emptyHead;
  }

  /** Whether jobs are refused for now. */
  get paused(): boolean {
    return (
      this.#entries.findLast(({ event }) => event === "paused" || event === "resumed")?.event === "paused"
    );
  }

  /** What its owner should know: that a half-written line is left of a crash, before which nothing had left. */
  get notes(): readonly string[] {
    return this.#cut
      ? [`${this.#storage.place}: a last line that was never finished is cut off; nothing had left by it`]
      : [];
  }

  /** The time, which never goes back behind the last entry's. */
  time(now: Date): Date {
    return notBefore(this.#entries, now);
  }

  /**
   * The entry lasts when it returns: what it tells of may leave then. Where it throws, nothing is written.
   * @throws HomeChanged where somebody else has written since it was read
   */
  async append(event: LogEvent, at: Date): Promise<LogEntry> {
    const entry = linked(this.#entries, event, at);
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      await this.#storage.append(line, this.#cut ? this.#whole : undefined);
    } catch (error) {
      // the disk may be full, and the line half there
      this.#cut = true;
      throw error;
    }
    this.#cut = false;
    this.#whole += line.length;
    this.#entries.push(entry);
    return entry;
  }
}

interface ReadEntries {
  readonly entries: LogEntry[];
  readonly whole: number;
  readonly cut: boolean;
}

async function readEntries(storage: LogStorage): Promise<ReadEntries> {
  const path = storage.place;
  const text = await storage.read();
  // a home is made with its first line
  if (text === undefined) throw logBroken(`${path} is gone, and with it what has left; ${wayOut}`);
  const end = text.lastIndexOf("\n") + 1;
  const entries = text
    .slice(0, end)
    .split("\n")
    .slice(0, -1)
    .map((line, at) => {
      const parsed = logEntry.safeParse(jsonOf(line));
      if (parsed.success) return parsed.data;
      throw logBroken(`${path}: line ${at + 1} is no entry: it was damaged or changed; ${wayOut}`);
    });
  const broken = brokenAt(entries);
  if (broken) throw logBroken(`${path}: ${broken}: it was changed, or a line was taken out; ${wayOut}`);
  return { entries, whole: Buffer.byteLength(text.slice(0, end)), cut: end < text.length };
}

const wayOut = "bring back the whole home from a backup, and tell the coordinator";
