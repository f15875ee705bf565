import { openHome } from "./home.ts";
import type { HomeStorage } from "./storage/home-storage.ts";

/** What each of the two does: the event, and what is said of it. */
const switches = {
  pause: { event: "paused", said: "every job is refused from now on" },
  resume: { event: "resumed", said: "jobs are looked at again" },
} as const;

/** Has every job refused from now on, or looked at again; when it returns, nothing leaves that was not to. @returns what to say */
export async function switchOwner(
  storage: HomeStorage,
  to: keyof typeof switches,
  at: Date,
): Promise<string> {
  const { event, said } = switches[to];
  const already = await storage.change(async () => {
    const { log } = await openHome(storage);
    const already = log.paused === (event === "paused");
    if (!already) await log.append({ event }, at);
    return already;
  });
  if (event === "paused") await storage.untilNothingLeaves();
  return `${said}${already ? ", as before" : ""}`;
}
