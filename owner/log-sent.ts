import { type OpenedEntry, type SentEntry, type SignedEntry, sentOf } from "../shared/owners/log-entry.ts";
import type { OwnerHome } from "./home.ts";
import { whileChanging } from "./while-changing.ts";

/** Has the log say, once, that what was signed has left, and by whose word. */
export async function logSent(
  home: Pick<OwnerHome, "storage" | "log">,
  entry: SignedEntry | OpenedEntry,
  receipt: SentEntry["receipt"],
  at: Date,
): Promise<void> {
  const { agreement, run, round, attempt, task, object, bytes, sha256 } = entry;
  const update = entry.event === "signed" ? entry : undefined;
  const said = {
    ...{ agreement, run, round, attempt, task, object, bytes, sha256 },
    ...(update?.boxes && { boxes: update.boxes }),
    ...{ norm: update?.norm ?? null, receipt },
  };
  await whileChanging(home, async () => {
    const { log } = home;
    if (sentOf(log.entries).some((one) => one.object === object)) return;
    await log.append({ event: "sent", ...said }, at);
  });
}
