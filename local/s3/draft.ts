import {
  type BigIntStats,
  closeSync,
  fstatSync,
  futimesSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { systemCode } from "./errors.ts";

/**
 * An object that is being written, beside the objects and invisible. Writing is synchronous: pieces are at most what
 * one read of a socket brings, they go to the page cache, and a round trip through the thread pool costs more.
 */
export class Draft {
  readonly #path: string;
  readonly #fd: number;
  #open = true;
  #placed = false;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "wx");
  }

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at += writeSync(this.#fd, bytes, at);
  }

  /** Ends the writing. @returns what the file will still be known by after it has been moved */
  seal(): BigIntStats {
    // The kernel's own times step by milliseconds, in which a second writer could leave a file of the same size at a
    // reused inode; microseconds tell them apart.
    const seconds = (performance.timeOrigin + performance.now()) / 1000;
    futimesSync(this.#fd, seconds, seconds);
    const stats = fstatSync(this.#fd, { bigint: true });
    this.#close();
    return stats;
  }

  /** The one step that makes it visible, whole or not at all. */
  moveTo(path: string): void {
    renameSync(this.#path, path);
    this.#placed = true;
  }

  /** Leaves nothing behind unless it was moved; to be called in any case. */
  dispose(): void {
    if (this.#open) this.#close();
    if (this.#placed) return;
    this.#placed = true;
    try {
      unlinkSync(this.#path);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }

  #close(): void {
    this.#open = false;
    closeSync(this.#fd);
  }
}
