import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Assemblies kept however old; each is a few megabytes. */
const kept = 5;

/** Longer than a run or a synthesis that may still be at its directory. */
const idleMs = 24 * 60 * 60 * 1000;

/** Removes what nobody has used for a day, drafts of killed processes included, except the latest few. */
export async function pruneAssemblies(assemblies: string, current: string): Promise<void> {
  const names = (await readdir(assemblies)).filter((name) => name !== current);
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(assemblies, name);
      // another process may have removed it just now
      const usedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      return { path, usedAt };
    }),
  );
  const oldestLast = entries.sort((a, b) => b.usedAt - a.usedAt);
  const idle = oldestLast.slice(kept - 1).filter(({ usedAt }) => Date.now() - usedAt > idleMs);
  await Promise.all(idle.map(({ path }) => rm(path, { recursive: true, force: true })));
}
