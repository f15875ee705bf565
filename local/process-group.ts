import type { ChildProcess } from "node:child_process";

/** Signals a child that was spawned detached, with whatever it has started itself. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it went in the meantime
  }
}
