import { existsSync } from "node:fs";
import { open, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ownerHomeInvalid } from "../../shared/errors.ts";
import { makeFolder } from "../../system/make-folder.ts";
import { systemReason } from "../../system/system-error.ts";
import { assertPrivate, homeFiles, isMissing, parseHomeFile, writeLasting } from "../home-files.ts";
import { type KeyFile, keyFileSchema } from "../key-file.ts";
import type { HomeStorage, KeyStorage, LogStorage, Patience } from "./home-storage.ts";
import { whileLocked } from "./lock.ts";

/** Milliseconds that whoever withdraws waits for an update's end, which is ended at the next look at the log. */
const withdrawalPatienceMs = 60_000;

/** A home in a folder, which is this user's alone. */
export class FolderStorage implements HomeStorage {
  readonly place: string;
  readonly account = undefined;
  readonly keys: KeyStorage;
  readonly log: LogStorage;

  constructor(folder: string) {
    this.place = resolve(folder);
    this.keys = {
      place: this.named(homeFiles.keys),
      mac: undefined,
      read: async () => {
        const bytes = await this.read(homeFiles.keys);
        return parseHomeFile(bytes, keyFileSchema, this.named(homeFiles.keys));
      },
      keep: async (first) => {
        await this.keys.replace(first);
        return first;
      },
      replace: (file: KeyFile) => this.write(homeFiles.keys, `${JSON.stringify(file, null, 2)}\n`),
    };
    this.log = new LogFile(this.named(homeFiles.log));
  }

  named(name: string): string {
    return join(this.place, name);
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.named(name));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw ownerHomeInvalid(`${this.named(name)} cannot be read: ${systemReason(error)}`);
    }
  }

  async exists(name: string): Promise<boolean> {
    return existsSync(this.named(name));
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    const path = this.named(name);
    await makeFolder(dirname(path));
    await writeLasting(path, content, 0o600);
  }

  async remove(name: string): Promise<void> {
    await rm(this.named(name), { force: true });
  }

  async list(folder: string): Promise<string[]> {
    try {
      return await readdir(this.named(folder));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async assertWhole(): Promise<void> {
    for (const name of ["", homeFiles.keys, homeFiles.policy, homeFiles.log, homeFiles.owner]) {
      const path = this.named(name);
      await assertPrivate(path).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        throw ownerHomeInvalid(`${path} is missing: bring back the whole home from a backup`);
      });
    }
  }

  change<T>(work: () => Promise<T>, patience: Patience = {}): Promise<T> {
    return whileLocked(this.place, work, patience);
  }

  sending<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return whileLocked(this.place, work, { lock: "sending", signal });
  }

  untilNothingLeaves(): Promise<void> {
    return whileLocked(this.place, async () => {}, { lock: "sending", patienceMs: withdrawalPatienceMs });
  }
}

/** The lines of log.jsonl; behind the whole ones may stand what a crash or a full disk has left of one. */
class LogFile implements LogStorage {
  readonly place: string;
  readonly lookMs = 50;

  constructor(path: string) {
    this.place = path;
  }

  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.place, "utf8");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async append(line: Uint8Array, cutTo: number | undefined): Promise<void> {
    if (cutTo !== undefined) await truncate(this.place, cutTo);
    const file = await open(this.place, "a", 0o600);
    const { size } = await stat(this.place);
    try {
      await file.writeFile(line);
      await file.sync();
    } catch (error) {
      // the disk may be full, and the line half there
      await truncate(this.place, size).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
  }

  async stamp(): Promise<string> {
    return String((await stat(this.place)).size);
  }
}
