import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";

/** A process, told from a later one that the system gives the same number. */
export const processIdentity = z.object({
  pid: z.int(),
  /** When it started, in a form of the system's own. */
  started: z.string(),
  /** Where its number means something: a start of a machine and, in containers, a space of numbers. */
  machine: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

const linux = process.platform === "linux";
let own: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  own ??= { pid: process.pid, started: startOf(process.pid) ?? "", machine: thisMachine() };
  return own;
}

/** The process of this machine that has the number now. */
export function processNumbered(pid: number): ProcessIdentity | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started, machine: thisProcess().machine };
}

/** "elsewhere" where this machine's numbers say nothing about it. */
export function stateOf({ pid, started, machine }: ProcessIdentity): "alive" | "gone" | "elsewhere" {
  if (machine !== thisProcess().machine) return "elsewhere";
  return startOf(pid) === started ? "alive" : "gone";
}

/** Undefined where there is no such process, or only what is left of one until its parent has looked. */
function startOf(pid: number): string | undefined {
  try {
    if (!linux) return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name of the program stands in brackets, and may hold some (proc_pid_stat(5)); then come fields 3, 4 ...
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function thisMachine(): string {
  if (!linux) return hostname();
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
}
