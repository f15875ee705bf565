import { FedstepError, isNamed } from "../../shared/errors.ts";
import { doorErrors, jobSha256 } from "../../shared/owners/door-protocol.ts";
import { type LogEntry, signedOf } from "../../shared/owners/log-entry.ts";
import { isHelper } from "../accepted.ts";
import { openHome } from "../home.ts";
import { Awaited } from "./awaited-run.ts";
import { type Ended, oneJob } from "./one-job.ts";
import { Pace } from "./pace.ts";
import { sleep } from "./sleep.ts";
import type { TakingPart } from "./taking-part.ts";
import { Busy } from "./transport.ts";

/**
 * Asks the door for jobs, and does them, until it is stopped or what it waits for is done. Whatever a door, a bucket or the
 * network does, it asks again; a home that cannot be worked in ends it.
 * @throws the signal's reason; LogBroken, OwnerHomeInvalid and what the system says
 */
export async function takePart(part: TakingPart): Promise<void> {
  const { client, signal, tell, pace = new Pace(), until } = part;
  let done: string | null = null;
  let trouble = "";
  const awaited =
    until === "final pass" ? await Awaited.open(part.storage, part.agreed.federation, new Date()) : undefined;
  for (;;) {
    let asked: number | undefined;
    try {
      const home = await openHome(part.storage);
      const { log } = home;
      const { job, reads } = await client.job({ working: null, done, since: lastRound(log.entries) }, signal);
      if (trouble !== "") tell("the door answers again");
      trouble = "";
      if (job) {
        pace.quicken();
        const ended = await oneJob(part, job, reads);
        if (ended !== "held back") done = jobSha256(job);
        if (ended === "refused" || ended === "held back") pace.rest();
        if (ended !== "held back") await awaited?.asks(job, new Date());
        if (isEnd(until, ended)) return await awaited?.forget();
      } else {
        const end = awaited?.ended(log.entries, part.agreed, new Date(), isHelper(home, part.agreed));
        if (end !== undefined) {
          tell(end);
          return await awaited?.forget();
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      const passing = passingTrouble(error);
      if (passing === undefined) throw error;
      // what would be trained again for nothing
      if (["DoorUntrusted", "UpdateTooLarge"].some((name) => isNamed(error, name))) pace.rest();
      if (passing !== trouble) tell(`${passing}; asking again`);
      trouble = passing;
      asked = error instanceof Busy ? error.pauseMs : undefined;
    }
    await sleep(pace.pause(asked), signal);
  }
}

function isEnd(until: TakingPart["until"], ended: Ended): boolean {
  if (ended === "final pass") return until !== "stopped";
  return until === "one job" && ended !== "held back";
}

/** Of the run that was worked for last: with its next job come the metrics since. */
function lastRound(entries: readonly LogEntry[]) {
  const last = signedOf(entries).at(-1);
  return last ? { run: last.run, round: last.round } : null;
}

/** What goes by, in words; undefined of what does not. */
function passingTrouble(error: unknown): string | undefined {
  if (error instanceof Busy) return `the door ${error.message}`;
  const passing = ["DoorUnreachable", "DoorUntrusted", "OwnerHomeInUse", ...Object.keys(doorErrors)];
  const known = error instanceof FedstepError && passing.includes(error.name);
  return known ? `${error.name}: ${error.message}` : undefined;
}
