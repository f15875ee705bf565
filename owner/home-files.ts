import { open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { ownerHomeInvalid } from "../shared/errors.ts";
import { jsonOf } from "../shared/json-of.ts";
import { exchangeKey, ownerName, signingKey } from "../shared/owners/identity.ts";
import { problemsOf } from "../shared/problems-of.ts";
import type { HomeStorage } from "./storage/home-storage.ts";

/** Where an owner keeps what is its own, unless --home or FEDSTEP_OWNER_HOME says otherwise. */
export const usualOwnerHome = ".fedstep-owner";

/** What lies in a home; folders have a file for each federation or data set. */
export const homeFiles = {
  owner: "owner.json",
  keys: "keys.json",
  policy: "policy.json",
  log: "log.jsonl",
  agreements: "agreements",
  told: "told",
  kept: "kept",
  models: "models",
  alone: "alone",
  /** How often was refused again what the log has once. */
  refused: "refused.json",
  /** The run whose end is waited for. */
  awaited: "awaited.json",
  /** Of a home in a bucket: a marker for each update that leaves. */
  leaving: "sending",
  lock: "lock",
  /** Locked for as long as a process takes part in runs. */
  running: "running",
  /** Locked for as long as an update leaves. */
  sending: "sending",
} as const;

/** Who an owner is: what others may know of its home. */
export const ownerRecord = z.strictObject({ format: z.literal(1), name: ownerName, signingKey, exchangeKey });

export type OwnerRecord = Readonly<z.output<typeof ownerRecord>>;

const groupAndOthers = 0o077;

/** @throws OwnerHomeInvalid where other users of this machine may look into it */
export async function assertPrivate(path: string): Promise<void> {
  if (process.getuid === undefined) return;
  const { mode } = await stat(path);
  if ((mode & groupAndOthers) === 0) return;
  throw ownerHomeInvalid(
    `${path}: other users of this machine may look at it; chmod -R go-rwx ${dirname(path)} keeps them out`,
  );
}

/**
 * What a home's file holds.
 * @returns undefined where there is none
 * @throws OwnerHomeInvalid naming the file
 */
export async function readHomeFile<T>(
  storage: HomeStorage,
  name: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  return parseHomeFile(await storage.read(name), schema, storage.named(name));
}

/** @throws OwnerHomeInvalid naming what is called so */
export function parseHomeFile<T>(
  bytes: Uint8Array | undefined,
  schema: z.ZodType<T>,
  called: string,
): T | undefined {
  if (bytes === undefined) return undefined;
  const parsed = schema.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.data;
  throw ownerHomeInvalid(
    `${called} is not what fedstep wrote: ${problemsOf(parsed.error)}; bring it back from a backup of the whole home`,
  );
}

/** For this owner alone: it is there as a whole and lasts, or it is as it was. */
export async function writeHomeFile(storage: HomeStorage, name: string, value: unknown): Promise<void> {
  await storage.write(name, `${JSON.stringify(value, null, 2)}\n`);
}

/** @param mode of a file that is made anew */
export async function writeLasting(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  const file = await open(draft, "w", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** That a file is there lasts once its folder has been written; Windows opens no folder. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const opened = await open(folder, "r");
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
