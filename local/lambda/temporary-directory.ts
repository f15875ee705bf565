import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProcessIdentity, processNumbered, thisProcess } from "../process-identity.ts";

/** fedstep-environment-, its owner's number, start and machine, and what mkdtemp adds. */
const named = /^fedstep-environment-(?<pid>\d+)-(?<started>[0-9a-f]{12})-(?<machine>[0-9a-f]{12})-\w{6}$/;

/** In a container that shares the directory nobody can be asked for; its environments use theirs within a day. */
const idleMs = 24 * 60 * 60 * 1000;

/** For the /tmp of one environment, named after the process that will remove it. */
export function makeTemporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), `fedstep-environment-${inName(thisProcess())}-`));
}

function inName({ pid, started, machine }: ProcessIdentity): string {
  return `${pid}-${digest(started)}-${digest(machine)}`;
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Removes what processes of this user have left that were killed. That it cannot is no reason for anything to fail. */
export async function sweepTemporaryDirectories(): Promise<void> {
  const folder = tmpdir();
  const names = await readdir(folder).catch(() => []);
  await Promise.allSettled(names.map((name) => sweep(join(folder, name), named.exec(name)?.groups)));
}

async function sweep(path: string, owner: Record<string, string> | undefined): Promise<void> {
  if (!owner) return;
  const { uid, mtimeMs } = await lstat(path);
  // in a directory for all, somebody else may have chosen the name
  if (uid !== process.getuid?.()) return;
  const here = owner.machine === digest(thisProcess().machine);
  const inUse = here ? isAlive(owner) : Date.now() - mtimeMs < idleMs;
  if (!inUse) await rm(path, { recursive: true, force: true });
}

function isAlive({ pid, started }: Record<string, string>): boolean {
  const found = processNumbered(Number(pid));
  return found !== undefined && digest(found.started) === started;
}
