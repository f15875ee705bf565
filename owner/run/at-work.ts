import { signSeconds } from "../../shared/owners/waiting-job.ts";
import type { DoorClient } from "./door-client.ts";
import { sleep } from "./sleep.ts";

/** Milliseconds before the first sign. */
const first = 5_000;

/** The round does not wait for the job any more: what is under way is for nobody. */
export class JobOver extends Error {
  constructor() {
    super("the round does not wait for it any more");
  }
}

/**
 * Does a job while the door is told that it is at work, so that the round goes on waiting.
 * @param waitMinutes that a round waits between two signs
 * @throws JobOver where the door says that nobody waits; what the work throws; the signal's reason
 */
export async function whileAtWork<T>(
  client: DoorClient,
  job: string,
  waitMinutes: number,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const over = new AbortController();
  const ended = new AbortController();
  const period = 1000 * signSeconds(waitMinutes);
  const signs = giveSigns(client, job, period, AbortSignal.any([signal, ended.signal])).then((gone) => {
    if (gone) over.abort(new JobOver());
  });
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    ended.abort();
    await signs;
  }
}

/** @returns whether the door knows the job no more; false where there is nobody to tell */
async function giveSigns(
  client: DoorClient,
  working: string,
  period: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let pause = Math.min(first, period); ; pause = period) {
    try {
      await sleep(pause, signal);
      const { job } = await client.job({ working, done: null, since: null }, signal);
      if (job === null) return true;
    } catch {
      // a sign that is lost is followed by the next one
      if (signal.aborted) return false;
    }
  }
}
