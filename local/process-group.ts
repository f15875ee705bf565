import type { ChildProcess } from "node:child_process";

/** Kills what a child has started that was spawned detached, and is gone itself: its group goes on without it. */
export function killRest(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // nothing is left of it
  }
}

/** Signals a child that was spawned detached, with whatever it has started itself. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it went in the meantime
  }
}
