import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { ownerHomeInUse, ownerHomeInvalid } from "../../shared/errors.ts";
import { jsonOf } from "../../shared/json-of.ts";
import type { Bucket } from "../../storage/bucket.ts";
import { homeFiles } from "../home-files.ts";
import {
  type AccountPlace,
  HomeChanged,
  type HomeStorage,
  type KeyStorage,
  type LogStorage,
  type Patience,
} from "./home-storage.ts";

/** What the keys of a home's objects begin with. */
export const homePrefix = "home/";

/** Bytes that one of a home's objects may have: a model, or what a strategy has its client keep. */
const mostBytes = 2 ** 30;
/** Bytes of a log: some 200,000 entries. */
const mostLogBytes = 2 ** 26;

/** Milliseconds that a change is tried again for where others change the home, and the longest pause before one. */
const [usualPatience, longestPause] = [10_000, 500];
/** Milliseconds that whoever withdraws waits for updates on their way, and between two looks. */
const [withdrawalPatience, lookMs] = [16 * 60_000, 500];

/** Who is at work in a home, and for how long at most. */
export interface AtWork {
  /** Letters, digits and hyphens. */
  readonly id: string;
  /** When whoever sends is gone for certain. */
  readonly until: Date;
}

export interface BucketHome {
  readonly bucket: Bucket;
  /** Name of the bucket. */
  readonly name: string;
  /** undefined for whoever only looks. */
  readonly account: AccountPlace | undefined;
  readonly keys: KeyStorage;
  /** undefined for whoever sends nothing. */
  readonly atWork: AtWork | undefined;
}

/** A marker of an update on its way. */
const marker = z.strictObject({ format: z.literal(1), until: z.iso.datetime() });

/**
 * A home in a bucket. Nobody locks it: the log is written only over the one that was read, and a change that finds another
 * one there is begun anew.
 */
export class BucketStorage implements HomeStorage {
  readonly place: string;
  readonly account: AccountPlace | undefined;
  readonly keys: KeyStorage;
  readonly log: LogStorage;
  readonly #bucket: Bucket;
  readonly #atWork: AtWork | undefined;
  #owner: Uint8Array | undefined;

  constructor({ bucket, name, account, keys, atWork }: BucketHome) {
    this.place = `s3://${name}/${homePrefix}`;
    this.account = account;
    this.keys = keys;
    this.log = new LogObject(bucket, this.named(homeFiles.log));
    this.#bucket = bucket;
    this.#atWork = atWork;
  }

  named(name: string): string {
    return `${this.place}${name}`;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    // written once: one invocation asks for it at each look at the home
    if (name !== homeFiles.owner) return this.#fetch(name);
    this.#owner ??= await this.#fetch(name);
    return this.#owner;
  }

  async #fetch(name: string): Promise<Uint8Array | undefined> {
    return (await this.#bucket.find(homePrefix + name, mostBytes))?.bytes;
  }

  exists(name: string): Promise<boolean> {
    return this.#bucket.exists(homePrefix + name);
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    const key = homePrefix + name;
    // made once, and never written over by whoever works in the home
    if (name === homeFiles.policy || name === homeFiles.owner) await this.#bucket.putNew(key, content, json);
    else await this.#bucket.put(key, content, name.endsWith(".json") ? json : "application/octet-stream");
  }

  remove(name: string): Promise<void> {
    return this.#bucket.remove(homePrefix + name);
  }

  async list(folder: string): Promise<string[]> {
    const prefix = `${homePrefix}${folder}/`;
    const below = (await this.#bucket.list(prefix)).map(
      (key) => key.slice(prefix.length).split("/")[0] ?? "",
    );
    return [...new Set(below)];
  }

  /** Who may look into it, the bucket's and the roles' policies say. */
  async assertWhole(): Promise<void> {}

  async change<T>(work: () => Promise<T>, { patienceMs = usualPatience, signal }: Patience = {}): Promise<T> {
    const end = Date.now() + patienceMs;
    for (let pause = 20; ; pause = Math.min(2 * pause, longestPause)) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof HomeChanged)) throw error;
        if (Date.now() >= end)
          throw ownerHomeInUse(`${this.place}: others change it all the time; try again`);
      }
      await setTimeout(pause * Math.random(), undefined, { signal });
    }
  }

  /** The marker is there before the log is looked at: whoever withdraws writes the log and then looks for markers. */
  async sending<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#atWork)
      throw ownerHomeInvalid(`${this.place} is only looked at, and nothing leaves from here`);
    const { id, until } = this.#atWork;
    const name = `${homeFiles.leaving}/${id}.json`;
    await this.write(name, JSON.stringify({ format: 1, until: until.toISOString() }));
    try {
      return await work();
    } finally {
      await this.remove(name);
    }
  }

  async untilNothingLeaves(): Promise<void> {
    const end = Date.now() + withdrawalPatience;
    for (;;) {
      const names = await this.list(homeFiles.leaving);
      const left = await Promise.all(names.map((name) => this.#isAtWork(`${homeFiles.leaving}/${name}`)));
      if (!left.includes(true)) return;
      if (Date.now() >= end) {
        throw ownerHomeInUse(`${this.place}${homeFiles.leaving}/: an update is still on its way; try again`);
      }
      await setTimeout(lookMs);
    }
  }

  async #isAtWork(name: string): Promise<boolean> {
    const bytes = await this.read(name);
    if (!bytes) return false;
    const { data } = marker.safeParse(jsonOf(new TextDecoder().decode(bytes)));
    if (!data) throw ownerHomeInvalid(`${this.named(name)} is not what fedstep wrote: remove it`);
    return Date.parse(data.until) > Date.now();
  }
}

const json = "application/json";

/** The log as one object, which is written over with a line more where it is still what was read. */
class LogObject implements LogStorage {
  readonly place: string;
  readonly lookMs = 1_000;
  readonly #bucket: Bucket;
  readonly #key = homePrefix + homeFiles.log;
  /** As it was read or written last. */
  #bytes: Uint8Array = new Uint8Array(0);
  /** Its tag; null where it was written since it was read, and nobody has said which it has. */
  #etag: string | undefined | null;

  constructor(bucket: Bucket, place: string) {
    this.place = place;
    this.#bucket = bucket;
  }

  async read(): Promise<string | undefined> {
    const found = await this.#bucket.find(this.#key, mostLogBytes);
    this.#bytes = found?.bytes ?? new Uint8Array(0);
    this.#etag = found?.etag;
    return found && new TextDecoder().decode(found.bytes);
  }

  async append(line: Uint8Array): Promise<void> {
    const before = this.#bytes;
    if (this.#etag === null) {
      await this.read();
      if (Buffer.compare(this.#bytes, before) !== 0) throw new HomeChanged(this.place);
    }
    const next = Buffer.concat([before, line]);
    const isWritten = await this.#bucket.putOver(
      this.#key,
      next,
      "application/jsonl",
      this.#etag ?? undefined,
    );
    if (!isWritten) throw new HomeChanged(this.place);
    this.#bytes = next;
    this.#etag = null;
  }

  async stamp(): Promise<string> {
    return (await this.#bucket.find(this.#key, mostLogBytes))?.etag ?? "";
  }
}
