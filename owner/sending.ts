import { stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { Refusal } from "../shared/owners/refusals.ts";
import { openHome } from "./home.ts";
import { homeFiles, inHome } from "./home-files.ts";
import { whileLocked } from "./lock.ts";
import { withdrawn } from "./withdrawn.ts";

/** Milliseconds between two looks at the log while an update leaves. */
const lookMs = 50;
/** Milliseconds that whoever withdraws waits for an update's end, which is ended at the next look. */
const patienceMs = 60_000;

/**
 * Sends something, unless the owner has paused or left: whoever does so meanwhile ends it, and knows that it has ended.
 * @returns what the work does, or why it was not begun or was ended
 * @throws what the work throws; the signal's reason
 */
export async function unlessWithdrawn<T>(
  folder: string,
  federation: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly done: T } | { readonly refusal: Refusal }> {
  const sending = async () => {
    const refusal = withdrawn(await openHome(folder), federation);
    if (refusal) return { refusal };
    const [stop, over] = [new AbortController(), new AbortController()];
    const watched = watch(folder, federation, stop, over.signal);
    try {
      return { done: await work(AbortSignal.any([signal, stop.signal])) };
    } catch (error) {
      signal.throwIfAborted();
      const gone = withdrawn(await openHome(folder), federation);
      if (stop.signal.aborted && gone) return { refusal: gone };
      throw error;
    } finally {
      over.abort();
      await watched;
    }
  };
  return whileLocked(folder, sending, { lock: "sending", signal });
}

/** Ends what is being sent as soon as the log says that the owner has withdrawn, or cannot be read any more. */
async function watch(
  folder: string,
  federation: string,
  stop: AbortController,
  over: AbortSignal,
): Promise<void> {
  let seen = 0;
  while (!over.aborted) {
    try {
      const { size } = await stat(inHome(folder, homeFiles.log));
      if (size !== seen && withdrawn(await openHome(folder), federation)) return stop.abort();
      seen = size;
    } catch (error) {
      return stop.abort(error);
    }
    await setTimeout(lookMs, undefined, { signal: over }).catch(() => {});
  }
}

/** Returns once nothing leaves any more that began before. @throws OwnerHomeInUse where another process does not end */
export function untilNothingLeaves(folder: string): Promise<void> {
  return whileLocked(folder, async () => {}, { lock: "sending", patienceMs });
}
