import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../../system/system-error.ts";

/** A file that people open, outside of the bucket. */
export interface HomeCopy {
  /** As messages call it. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Finds the copy of a run's object, where somebody has brought one home. */
export type Copies = (key: string) => Promise<HomeCopy | undefined>;

/** HOME/runs/RUN holds what the bucket does under the same names. */
export function copiesIn(home: string): Copies {
  return async (key) => {
    const path = join(home, key);
    try {
      return { path, bytes: await readFile(path) };
    } catch (error) {
      if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
      throw error;
    }
  };
}
