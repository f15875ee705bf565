import type { AnyJob } from "../../shared/owners/helpers-job.ts";
import { approvalOf } from "../../shared/owners/log-entry.ts";
import { openHome } from "../home.ts";
import { isCrowded } from "../log-refusal.ts";
import { readPolicy } from "../policy.ts";
import { whileChanging } from "../while-changing.ts";
import { withdrawn } from "../withdrawn.ts";
import type { TakingPart } from "./taking-part.ts";

/**
 * Whether a job has to wait until a person has allowed its run: it is held back and not declined, since the round still waits.
 * The first time the log says so, and the terminal.
 */
export async function isHeldBack(
  { storage, ask, tell }: Pick<TakingPart, "storage" | "ask" | "tell">,
  job: Pick<AnyJob, "agreement" | "run" | "plan">,
): Promise<boolean> {
  const home = await openHome(storage);
  if (withdrawn(home, job.agreement.federation)) return false;
  // a policy that cannot be read is refused where the job is judged
  const asks = ask || (await readPolicy(home).catch(() => undefined))?.policy.ask === true;
  const approval = asks ? approvalOf(home.log.entries, job) : "allowed";
  if (approval === "allowed") return false;
  if (approval === "waits") return true;
  const { agreement, run, plan } = job;
  const now = new Date();
  const isLogged = await whileChanging(home, async () => {
    // whoever makes up runs without end is refused, since nobody can look at them
    if (isCrowded(home.log.entries, ({ event }) => event === "waits", home.log.time(now))) return false;
    await home.log.append({ event: "waits", agreement, run, plan }, now);
    return true;
  });
  if (!isLogged) return false;
  tell(`${run} waits for you: fedstep owner allow ${run} lets it through`);
  return true;
}
