import { mkdtempSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLeft, ownerInName } from "../owner-in-name.ts";

const prefix = "fedstep-environment-";

/** For the /tmp of one environment, named after the process that will remove it. */
export function makeTemporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), `${prefix}${ownerInName()}-`));
}

/** Removes what processes of this user have left that were killed. That it cannot is no reason for anything to fail. */
export async function sweepTemporaryDirectories(): Promise<void> {
  const folder = tmpdir();
  const names = (await readdir(folder).catch(() => [])).filter((name) => named.test(name));
  await Promise.allSettled(names.map((name) => sweep(folder, name)));
}

/** In a directory for all, nothing is removed that is not called as ours to the end. */
const named = new RegExp(`^${prefix}\\d+-[0-9a-f]{12}-[0-9a-f]{12}-\\w{6}$`);

async function sweep(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const { uid, mtimeMs } = await lstat(path);
  // somebody else may have chosen the name
  if (uid !== process.getuid?.()) return;
  if (isLeft(name.slice(prefix.length), mtimeMs)) await rm(path, { recursive: true, force: true });
}
