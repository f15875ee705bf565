import { statSync } from "node:fs";
import { join } from "node:path";

/** A folder with the set-group-ID bit (chmod g+s) is shared with its group on purpose. */
const setGroupId = 0o2000;
const others = 0o007;
const groupAndOthers = 0o077;

/** What this process would have made its files with by itself. */
let umaskBefore: number | undefined;

/**
 * Whatever this process and those that it starts make from now on is for this user alone: shards hold examples, updates
 * tell of them, and logs name them. In a home that is shared with a group, the group has what this user's umask leaves it.
 * @param home a folder that is there
 * @returns the bits that no file has
 */
export function keepPrivate(home: string): number {
  umaskBefore ??= process.umask(groupAndOthers);
  const umask = isShared(home) ? umaskBefore | others : groupAndOthers;
  process.umask(umask);
  return umask;
}

/** What a home holds beside the program's own code. */
const folders = ["s3", "executions", "logs", "metrics", "chaos", "runs", "studies", "accounts"];

/**
 * Of a home that others can look into, as fedstep 0.1.0 made it or its owner, how to keep them out. Its modes are
 * somebody's choice, and stay as they are.
 */
export function opennessNotes(home: string): string[] {
  if (process.getuid === undefined) return [];
  const shared = isShared(home);
  const mask = shared ? others : groupAndOthers;
  const isOpen = (path: string) => (modeOf(path) & mask) !== 0;
  if (!isOpen(home) || !folders.some((name) => isOpen(join(home, name)))) return [];
  return [
    `note: other users of this machine can look into ${home}; chmod -R ${shared ? "o" : "go"}-rwx ${home} keeps them out`,
  ];
}

function isShared(home: string): boolean {
  return (modeOf(home) & setGroupId) !== 0;
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}
