import { createHash } from "node:crypto";
import { type ProcessIdentity, processNumbered, thisProcess } from "../system/process-identity.ts";

/*
 * Files that their process would have removed are told by their names to be of one that is gone: its number alone may be
 * another process' by now, or one of another container that shares the folder.
 */

const pattern = /^(?<pid>\d+)-(?<started>[0-9a-f]{12})-(?<machine>[0-9a-f]{12})-/;

/** Of another container nobody can ask for a process; what it has not touched for a day it has left. */
const idleMs = 24 * 60 * 60 * 1000;

/** What the names of this process' files have behind their prefix; more follows behind a "-". */
export function ownerInName(): string {
  const { pid, started, machine } = thisProcess();
  return `${pid}-${digest(started)}-${digest(machine)}`;
}

/**
 * Whether the process is gone that made a file.
 * @param name without the prefix
 * @param touchedMs when the file was last changed
 */
export function isLeft(name: string, touchedMs: number): boolean {
  const owner = pattern.exec(name)?.groups;
  if (owner?.machine !== digest(thisProcess().machine)) return Date.now() - touchedMs > idleMs;
  return !isRunning(owner, processNumbered(Number(owner.pid)));
}

function isRunning({ started }: Record<string, string>, found: ProcessIdentity | undefined): boolean {
  return found !== undefined && digest(found.started) === started;
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);
