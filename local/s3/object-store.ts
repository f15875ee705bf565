import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { WriteCondition } from "./conditions.ts";
import type { Draft } from "./draft.ts";
import { noSuchKey, preconditionFailed, systemCode } from "./errors.ts";
import { fileIdentity, type Metadata, metadataOfFile } from "./metadata.ts";
import type { ObjectInfo } from "./object-info.ts";
import { pathsOf } from "./paths.ts";
import { moveInto } from "./placement.ts";
import type { LocalStorage } from "./storage.ts";

/** Keeps showing the bytes that it was opened on, whatever happens to the key meanwhile. */
export interface OpenObject extends ObjectInfo {
  readonly fd: number;
}

interface Place {
  readonly path: string;
  readonly stats: BigIntStats;
}

// Opening a pipe that somebody left among the objects would otherwise wait for its other end. Windows has no flag.
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Objects as files. Readers take no lock: what they see is always one whole object. */
export class FileStore {
  readonly #storage: LocalStorage;

  constructor(storage: LocalStorage) {
    this.#storage = storage;
  }

  head(bucket: string, key: string): ObjectInfo | undefined {
    const place = this.#find(bucket, key);
    if (place === undefined) return undefined;
    const metadata = this.#storage.metadata.find(bucket, key, fileIdentity(place.stats));
    if (metadata !== undefined) return infoOf(place.stats, metadata);
    const object = this.open(bucket, key);
    if (object !== undefined) closeSync(object.fd);
    return object;
  }

  /** The caller closes `fd`. */
  open(bucket: string, key: string): OpenObject | undefined {
    for (const path of this.#candidates(bucket, key)) {
      const object = this.#openFile(path, bucket, key);
      if (object !== undefined) return object;
    }
    return undefined;
  }

  /**
   * Makes the draft the object of this key if the condition holds; of writers who race for one condition one wins.
   *
   * @param meanwhile runs under the same lock, before anything is changed
   */
  async put(
    bucket: string,
    draft: Draft,
    metadata: Metadata,
    condition: WriteCondition,
    meanwhile: () => void = () => undefined,
  ): Promise<void> {
    const { lock, metadata: logs, caseSensitive, bucketPath } = this.#storage;
    await lock.run(() => {
      const before = this.#find(bucket, metadata.key);
      this.#check(condition, bucket, metadata.key, before);
      meanwhile();
      const identity = fileIdentity(draft.seal());
      logs.add(bucket, metadata, identity, (key, known) => this.#isLive(bucket, key, known));
      moveInto(draft, bucketPath(bucket), pathsOf(metadata.key, caseSensitive), before?.path);
      if (before !== undefined) logs.forget(fileIdentity(before.stats));
    });
  }

  async delete(bucket: string, key: string, condition: WriteCondition): Promise<void> {
    await this.#storage.lock.run(() => {
      const place = this.#find(bucket, key);
      this.#check(condition, bucket, key, place);
      if (place === undefined) return;
      unlinkSync(place.path);
      this.#storage.metadata.forget(fileIdentity(place.stats));
      removeEmptyFolders(dirname(place.path), this.#storage.bucketPath(bucket));
    });
  }

  #check(condition: WriteCondition, bucket: string, key: string, place: Place | undefined): void {
    if (condition.absent && place !== undefined) throw preconditionFailed("If-None-Match");
    if (condition.etag === undefined) return;
    if (place === undefined) throw noSuchKey(key);
    const metadata =
      this.#storage.metadata.find(bucket, key, fileIdentity(place.stats)) ??
      this.#ofBytes(place.path, bucket, key);
    if (condition.etag !== "*" && condition.etag !== metadata?.etag) throw preconditionFailed("If-Match");
  }

  #ofBytes(path: string, bucket: string, key: string): Metadata | undefined {
    const object = this.#openFile(path, bucket, key);
    if (object !== undefined) closeSync(object.fd);
    return object?.metadata;
  }

  #isLive(bucket: string, key: string, identity: string): boolean {
    const place = this.#find(bucket, key);
    return place !== undefined && fileIdentity(place.stats) === identity;
  }

  #candidates(bucket: string, key: string): readonly string[] {
    const { plain, escaped } = pathsOf(key, this.#storage.caseSensitive);
    const root = this.#storage.bucketPath(bucket);
    return plain === undefined ? [join(root, escaped)] : [join(root, plain), join(root, escaped)];
  }

  #find(bucket: string, key: string): Place | undefined {
    for (const path of this.#candidates(bucket, key)) {
      const stats = statIfThere(path);
      if (stats?.isFile()) return { path, stats };
    }
    return undefined;
  }

  #openFile(path: string, bucket: string, key: string): OpenObject | undefined {
    for (;;) {
      const fd = openIfThere(path);
      if (fd === undefined) return undefined;
      try {
        const stats = fstatSync(fd, { bigint: true });
        if (!stats.isFile()) {
          closeSync(fd);
          return undefined;
        }
        const identity = fileIdentity(stats);
        const metadata = this.#storage.metadata.find(bucket, key, identity);
        if (metadata !== undefined) return { fd, ...infoOf(stats, metadata) };
        const now = statIfThere(path);
        if (now !== undefined && fileIdentity(now) === identity) {
          const computed = metadataOfFile(fd, Number(stats.size), key);
          this.#storage.metadata.remember(identity, computed);
          return { fd, ...infoOf(stats, computed) };
        }
        // replaced since it was opened, and its metadata with it: look again
        closeSync(fd);
      } catch (error) {
        closeSync(fd);
        throw error;
      }
    }
  }
}

function infoOf(stats: BigIntStats, metadata: Metadata): ObjectInfo {
  return { size: Number(stats.size), modified: new Date(Number(stats.mtimeMs)), metadata };
}

/** Also where a file stands in the place of one of the path's folders, and for a pipe without a writer. */
const absent = new Set(["ENOENT", "ENOTDIR", "ENXIO"]);

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, readFlags);
  } catch (error) {
    if (absent.has(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

function statIfThere(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (absent.has(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** S3 has no folders, so an empty one must not stay behind and show. */
function removeEmptyFolders(folder: string, root: string): void {
  for (let path = folder; path !== root; path = dirname(path)) {
    try {
      rmdirSync(path);
    } catch {
      return;
    }
  }
}
