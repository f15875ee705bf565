import { access, constants } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { sha256Hex } from "../shared/digest.ts";
import { ownerInvalid } from "../shared/errors.ts";
import type { LogEntry, LogEvent } from "../shared/owners/log-entry.ts";
import { systemReason } from "../system/system-error.ts";
import type { OwnerHome } from "./home.ts";
import { writeLasting } from "./home-files.ts";

/** Where what an owner has signed goes: a file that a person sends on. */
export interface Outlet {
  /** As the log names it. */
  readonly name: string;
  /** @throws OwnerInvalid where it would take nothing: found before anything is logged as having left */
  assertWritable(): Promise<void>;
  write(text: string): Promise<void>;
}

/** The file that --out names. */
export function outFile(file: string): Outlet {
  return {
    name: basename(file),
    assertWritable: () => assertWritable(file),
    write: (text) => writeLasting(resolve(file), text, 0o644),
  };
}

/** What of a file that leaves is logged. */
export interface Leaving {
  readonly object: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A statement as it leaves: the text, and what the log says of it. */
export async function leavingAs(
  { name }: Pick<Outlet, "name">,
  statement: object,
): Promise<{ text: string; leaving: Leaving }> {
  const text = `${JSON.stringify(statement, null, 2)}\n`;
  const bytes = new TextEncoder().encode(text);
  return { text, leaving: { object: name, bytes: bytes.length, sha256: await sha256Hex(bytes) } };
}

/** @throws OwnerInvalid where --out could not be written */
export async function assertWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw ownerInvalid(`--out: ${file} cannot be written: ${systemReason(error)}`);
  }
}

/** Logs what leaves, keeps what follows from it, and only then lets it out. */
export async function logAndWrite(
  { log }: Pick<OwnerHome, "log">,
  out: Outlet,
  text: string,
  { event, at }: { readonly event: LogEvent; readonly at: Date },
  keep: (entry: LogEntry) => Promise<void> = async () => {},
): Promise<void> {
  const entry = await log.append(event, at);
  await keep(entry);
  await out.write(text);
}
