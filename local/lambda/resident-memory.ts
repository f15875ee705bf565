import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

const linux = process.platform === "linux";
/** Linux answers from memory in some 30 microseconds; elsewhere each look starts a process. */
const intervalMs = linux ? 20 : 250;

/** The most that a process has held so far, in MB: Linux keeps the peak itself, so that no spike is missed. */
function peakMb(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export interface MemoryWatch {
  /** The highest resident memory seen, in MB. */
  stop(): number;
}

/**
 * Resident memory is what counts: WebAssembly memory and ArrayBuffers lie outside the heap that
 * `--max-old-space-size` bounds, and RLIMIT_AS cannot bound Node.
 */
export function watchMemory(
  pidOf: () => number | undefined,
  limitMb: number,
  onExceeded: () => void,
): MemoryWatch {
  let highest = 0;
  const note = (megabytes: number): void => {
    highest = Math.max(highest, megabytes);
    if (highest > limitMb) onExceeded();
  };
  const timer = setInterval(() => {
    const pid = pidOf();
    if (pid === undefined) return;
    if (linux) return note(peakMb(pid));
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (_error, out) => note(Number(out) / 1024 || 0));
  }, intervalMs);
  return {
    stop() {
      clearInterval(timer);
      if (linux) highest = Math.max(highest, peakMb(pidOf() ?? 0));
      return Math.ceil(highest);
    },
  };
}
