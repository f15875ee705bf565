import { canonicalJson } from "../shared/canonical-json.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import type { Refusal } from "../shared/owners/refusals.ts";
import type { OwnerHome } from "./home.ts";
import { bounded } from "./reason.ts";
import { whileChanging } from "./while-changing.ts";

/** Has the log say why a job is refused; once, where it is asked for again and again. */
export async function logRefusal(
  home: Pick<OwnerHome, "folder" | "log">,
  { agreement, run, round, attempt, task }: OwnersJob,
  { name: refusal, about }: Refusal,
  at: Date,
): Promise<void> {
  const event = { event: "refused", agreement, run, round, attempt, task, refusal } as const;
  const said = { ...event, about: bounded(about) };
  await whileChanging(home, async () => {
    const { log } = home;
    const {
      number: _,
      before: __,
      at: ___,
      ...last
    } = log.entries.at(-1) ?? { number: 0, before: "", at: "" };
    if (canonicalJson(last) !== canonicalJson(said)) await log.append(said, at);
  });
}
