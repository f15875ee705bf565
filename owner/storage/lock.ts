import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isNamed, ownerHomeInUse } from "../../shared/errors.ts";
import { jsonOf } from "../../shared/json-of.ts";
import { processIdentity, stateOf, thisProcess } from "../../system/process-identity.ts";
import { systemCode } from "../../system/system-error.ts";
import { homeFiles, isMissing } from "../home-files.ts";
import type { Patience } from "./home-storage.ts";

/** Locks of processes that are gone that are taken over before it is given up. */
const attempts = 5;
/** Milliseconds that somebody waits for whoever has a lock now, and between two looks at it. */
const [usualPatience, pause] = [10_000, 20];

/** Which lock, and how long somebody waits for it. */
export interface Locking extends Patience {
  /**
   * lock: of whoever changes the home. running: of a process that takes part in runs. sending: of one while its update leaves;
   * whoever pauses or leaves waits for its end.
   */
  readonly lock?: "lock" | "running" | "sending";
}

/**
 * Runs what changes a home while no other process does.
 * @throws OwnerHomeInUse where another one has it for longer than the patience, or what the work throws; the signal's reason
 */
export async function whileLocked<T>(
  home: string,
  work: () => Promise<T>,
  { lock = "lock", patienceMs = lock === "running" ? 0 : usualPatience, signal }: Locking = {},
): Promise<T> {
  const path = join(home, homeFiles[lock]);
  const own = `${path}.${process.pid}.${++locks}`;
  const text = `${JSON.stringify(thisProcess())}\n`;
  // linked when it says whose it is, so that nobody finds an empty one
  await writeFile(own, text, { mode: 0o600 });
  try {
    await acquireWithin(path, own, Date.now() + patienceMs, signal);
  } finally {
    await rm(own, { force: true });
  }
  try {
    return await work();
  } finally {
    if ((await holder(path)) === text) await rm(path, { force: true });
  }
}

/** So that two that wait in one process have a draft each. */
let locks = 0;

async function acquireWithin(path: string, own: string, end: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await acquire(path, own);
    } catch (error) {
      if (!isNamed(error, "OwnerHomeInUse") || Date.now() >= end) throw error;
    }
    await setTimeout(pause, undefined, { signal });
  }
}

async function acquire(path: string, own: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await link(own, path);
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
    const text = await holder(path);
    if (text !== undefined) await removeStale(path, `${own}.stale`, text);
  }
  throw ownerHomeInUse(`${path}: other processes take it one after the other; try again`);
}

/** @throws OwnerHomeInUse where it is not known to be a dead process' */
async function removeStale(path: string, aside: string, text: string): Promise<void> {
  const { data: process } = processIdentity.safeParse(jsonOf(text));
  const state = process && stateOf(process);
  if (!process || state !== "gone") {
    const who = process
      ? `process ${process.pid} ${state === "alive" ? "" : "of another machine or container "}`
      : "a process ";
    throw ownerHomeInUse(
      `${path}: ${who}is at work in this home; wait until it has ended, or, where it is gone for certain, remove the file`,
    );
  }
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  // who was faster has taken it over by now, and gets it back
  if ((await holder(aside)) !== text) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

/** What the lock says, or undefined where there is none. */
async function holder(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
