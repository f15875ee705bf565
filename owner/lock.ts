import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { ownerHomeInUse } from "../shared/errors.ts";
import { jsonOf } from "../shared/json-of.ts";
import { processIdentity, stateOf, thisProcess } from "../system/process-identity.ts";
import { systemCode } from "../system/system-error.ts";
import { homeFiles, inHome, isMissing } from "./home-files.ts";

/** Locks of processes that are gone that are taken over before it is given up. */
const attempts = 5;

/**
 * Runs what changes a home while no other process does.
 * @param lock running: of a process that takes part in runs, and takes the other one for each thing that it does
 * @throws OwnerHomeInUse, or what the work throws
 */
export async function whileLocked<T>(
  home: string,
  work: () => Promise<T>,
  lock: "lock" | "running" = "lock",
): Promise<T> {
  const path = inHome(home, homeFiles[lock]);
  const own = `${path}.${process.pid}`;
  const text = `${JSON.stringify(thisProcess())}\n`;
  // linked when it says whose it is, so that nobody finds an empty one
  await writeFile(own, text, { mode: 0o600 });
  try {
    await acquire(path, own);
  } finally {
    await rm(own, { force: true });
  }
  try {
    return await work();
  } finally {
    if ((await holder(path)) === text) await rm(path, { force: true });
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
