import { setTimeout } from "node:timers/promises";
import type { Refusal } from "../shared/owners/refusals.ts";
import { openHome } from "./home.ts";
import type { HomeStorage } from "./storage/home-storage.ts";
import { withdrawn } from "./withdrawn.ts";

/**
 * Sends something, unless the owner has paused or left: whoever does so meanwhile ends it, and knows that it has ended.
 * @returns what the work does, or why it was not begun or was ended
 * @throws what the work throws; the signal's reason
 */
export async function unlessWithdrawn<T>(
  storage: HomeStorage,
  federation: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly done: T } | { readonly refusal: Refusal }> {
  const sending = async () => {
    const refusal = withdrawn(await openHome(storage), federation);
    if (refusal) return { refusal };
    const [stop, over] = [new AbortController(), new AbortController()];
    const watched = watch(storage, federation, stop, over.signal);
    try {
      return { done: await work(AbortSignal.any([signal, stop.signal])) };
    } catch (error) {
      signal.throwIfAborted();
      const gone = withdrawn(await openHome(storage), federation);
      if (stop.signal.aborted && gone) return { refusal: gone };
      throw error;
    } finally {
      over.abort();
      await watched;
    }
  };
  return storage.sending(sending, signal);
}

/** Ends what is being sent as soon as the log says that the owner has withdrawn, or cannot be read any more. */
async function watch(
  storage: HomeStorage,
  federation: string,
  stop: AbortController,
  over: AbortSignal,
): Promise<void> {
  const { log } = storage;
  let seen = "";
  while (!over.aborted) {
    try {
      const stamp = await log.stamp();
      if (stamp !== seen && withdrawn(await openHome(storage), federation)) return stop.abort();
      seen = stamp;
    } catch (error) {
      return stop.abort(error);
    }
    await setTimeout(log.lookMs, undefined, { signal: over }).catch(() => {});
  }
}
