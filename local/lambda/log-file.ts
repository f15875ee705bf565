import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

const tailBytes = 4096;

export interface LogFile {
  /** The function's stdout and stderr are this very descriptor: what it wrote is there before it can answer. */
  readonly descriptor: number;
  write(line: string): void;
  /** Marks where an invocation begins. */
  mark(): number;
  /** What was written since the mark. */
  since(mark: number): string;
  /** The last of it, as much as Invoke returns where it is asked to. */
  tailSince(mark: number): string;
  close(): void;
}

/**
 * Opened for appending, so that our lines and the function's never overwrite each other.
 * @param failed told where a line could not be written, which is worth no invocation
 */
export function openLogFile(
  directory: string,
  functionName: string,
  environment: string,
  failed: (error: unknown) => void,
): LogFile {
  const folder = join(directory, functionName);
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const descriptor = openSync(join(folder, `${date}-${environment}.log`), "a+");
  return {
    descriptor,
    write(line) {
      try {
        writeSync(descriptor, `${line}\n`);
      } catch (error) {
        failed(error);
      }
    },
    mark: () => fstatSync(descriptor).size,
    since: (mark) => lastOf(descriptor, mark, Number.POSITIVE_INFINITY),
    tailSince: (mark) => lastOf(descriptor, mark, tailBytes),
    close: () => closeSync(descriptor),
  };
}

/** What stands behind a mark, and of that the last bytes. */
function lastOf(descriptor: number, mark: number, most: number): string {
  const end = fstatSync(descriptor).size;
  const bytes = Buffer.alloc(Math.min(end - mark, most));
  const read = readSync(descriptor, bytes, 0, bytes.length, end - bytes.length);
  return bytes.toString("utf8", 0, read);
}

/** As Lambda names the stream of an environment's log, by the day that it starts on. */
export const logStreamOf = (environment: string) =>
  `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${environment}`;
