import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ProcessIdentity,
  processIdentity,
  stateOf,
  thisProcess,
} from "../../system/process-identity.ts";
import { ownerInName } from "../owner-in-name.ts";
import { S3Error, systemCode } from "./errors.ts";

const patienceMs = 5_000;
/** Work under the lock is a few system calls; nothing alive holds it this long. */
const forgottenMs = 2_000;

/** Of a process of another container it cannot be asked whether it is alive. */
const trustedMs = 60_000;

/** Followed by its process. */
export const cardPrefix = "process-";

/** What makes changes of several processes come one after the other. */
export interface Lock {
  run<T>(work: () => T): Promise<T>;
  close(): void;
}

/**
 * One lock for all processes that serve a directory: link(2) makes a name appear in exactly one of them. The work is
 * synchronous, so within a process nobody ever waits, and between processes only for microseconds.
 */
export class DirectoryLock implements Lock {
  readonly #path: string;
  /** A file that names this process; the lock is a second link to it. */
  readonly #card: string;

  constructor(directory: string) {
    this.#path = join(directory, "lock");
    this.#card = join(directory, `${cardPrefix}${ownerInName()}-${randomBytes(6).toString("hex")}`);
    writeFileSync(this.#card, JSON.stringify(thisProcess()));
  }

  async run<T>(work: () => T): Promise<T> {
    const deadline = performance.now() + patienceMs;
    while (!this.#take(this.#path)) {
      if (performance.now() > deadline) {
        throw new S3Error("SlowDown", "Another process has held the directory's lock for 5 seconds");
      }
      if (isForgotten(this.#path)) this.#clear();
      else await sleep(1);
    }
    try {
      return work();
    } finally {
      unlinkSync(this.#path);
    }
  }

  close(): void {
    // forced, since the whole directory may have been thrown away before
    rmSync(this.#card, { force: true });
  }

  #take(path: string): boolean {
    try {
      linkSync(this.#card, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  }

  /** A second lock, so that of two who found the first forgotten none removes what the other has just taken. */
  #clear(): void {
    const clearing = `${this.#path}-clearing`;
    if (!this.#take(clearing)) return;
    try {
      if (isForgotten(this.#path)) unlinkSync(this.#path);
    } finally {
      unlinkSync(clearing);
    }
  }
}

/** Its process has ended, or is this one and could not remove it; a process that has only its number is another one. */
function isForgotten(path: string): boolean {
  try {
    const owner = ownerOf(readFileSync(path, "utf8"));
    // the time of the inode's last change is the time of the link
    const heldMs = Date.now() - statSync(path).ctimeMs;
    // by an earlier version, which named no more than a number
    if (owner === undefined) return heldMs > forgottenMs;
    const state = stateOf(owner);
    if (state === "elsewhere") return heldMs > trustedMs;
    return state === "gone" || (owner.pid === process.pid && heldMs > forgottenMs);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

function ownerOf(card: string): ProcessIdentity | undefined {
  try {
    return processIdentity.safeParse(JSON.parse(card)).data;
  } catch {
    return undefined;
  }
}
