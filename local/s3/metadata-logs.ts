import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { systemCode } from "./errors.ts";
import { type Metadata, metadataSchema } from "./metadata.ts";

const recordSchema = metadataSchema.extend({ identity: z.string() });

/** Entries kept in memory; a run of 100 rounds with 10 clients writes about 2,000 objects. */
const remembered = 20_000;
/** Up to here a log is left to grow. */
const compactAt = 256 * 1024;

/**
 * Metadata by the identity of the file with the object's bytes. So it can lie ready before the object becomes
 * visible, never describes other bytes, and moving the object into place is the only step that a crash could fall
 * before or after. The objects of one folder share a log that is only appended to: a file of its own for each object
 * would double what a small object costs, since making a file is the dearest step of a write.
 *
 * Whoever writes holds the directory's lock; readers need none.
 */
export class MetadataLogs {
  readonly #directory: string;
  readonly #known = new Map<string, Metadata>();
  /** Sizes at which the logs are next looked through for what is no more. */
  readonly #limits = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  find(bucket: string, key: string, identity: string): Metadata | undefined {
    const known = this.#known.get(identity);
    if (known !== undefined) return known;
    let found: Metadata | undefined;
    for (const record of readLog(this.#logOf(bucket, key))) {
      const metadata = metadataOf(record);
      // the neighbours too: who asks for one object of a folder asks for the next
      this.remember(record.identity, metadata);
      if (record.identity === identity) found = metadata;
    }
    return found;
  }

  remember(identity: string, metadata: Metadata): void {
    this.#known.set(identity, metadata);
    if (this.#known.size <= remembered) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  forget(identity: string): void {
    this.#known.delete(identity);
  }

  /** @param isLive whether an object of that key still has that identity */
  add(
    bucket: string,
    metadata: Metadata,
    identity: string,
    isLive: (key: string, identity: string) => boolean,
  ): void {
    const log = this.#logOf(bucket, metadata.key);
    const fd = openSync(log, "a");
    let size: number;
    try {
      // a crash may have left half a line, which must not swallow this one
      writeSync(fd, `\n${JSON.stringify({ identity, ...metadata })}\n`);
      size = fstatSync(fd).size;
    } finally {
      closeSync(fd);
    }
    this.remember(identity, metadata);
    if (size <= (this.#limits.get(log) ?? compactAt)) return;
    const kept = readLog(log).filter(
      (record) => record.identity === identity || isLive(record.key, record.identity),
    );
    const text = kept.map((record) => `${JSON.stringify(record)}\n`).join("");
    writeFileSync(`${log}.new`, text);
    renameSync(`${log}.new`, log);
    this.#limits.set(log, Math.max(compactAt, 2 * text.length));
  }

  #logOf(bucket: string, key: string): string {
    const folder = `${bucket}/${key.slice(0, key.lastIndexOf("/") + 1)}`;
    return join(this.#directory, createHash("sha1").update(folder).digest("hex"));
  }
}

type MetadataRecord = z.infer<typeof recordSchema>;

function metadataOf({ identity: _, ...metadata }: MetadataRecord): Metadata {
  return metadata;
}

/** Lines that are no records are left out: without metadata an object is still its bytes. */
function readLog(path: string): readonly MetadataRecord[] {
  return readText(path)
    .split("\n")
    .flatMap((line) => {
      if (line === "") return [];
      try {
        const read = recordSchema.safeParse(JSON.parse(line));
        return read.success ? [read.data] : [];
      } catch {
        return [];
      }
    });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  }
}
