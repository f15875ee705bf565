import * as z from "zod";
import { canonicalJson } from "../shared/canonical-json.ts";
import type { AnyJob } from "../shared/owners/helpers-job.ts";
import type { LogEntry } from "../shared/owners/log-entry.ts";
import { type Refusal, refusalNames } from "../shared/owners/refusals.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles, readHomeFile, writeHomeFile } from "./home-files.ts";
import { bounded } from "./reason.ts";
import { whileChanging } from "./while-changing.ts";

/** Entries of one month (UTC) by one refusal's name: of further ones their number alone is kept. */
const mostAMonth = 100;

/** refused.json: how often what is refused was asked for again. No part of the log's chain, and nothing is decided by it. */
const refusedAgain = z.strictObject({
  format: z.literal(1),
  counted: z.array(
    z.strictObject({
      refusal: z.enum(refusalNames),
      /** Number of the log's entry that it repeats; null: of a month that has too many others by that name. */
      entry: z.int().positive().nullable(),
      times: z.int().positive(),
      last: z.iso.datetime(),
      run: z.string(),
      round: z.int().positive(),
    }),
  ),
});

export type RefusedAgain = z.output<typeof refusedAgain>["counted"];

/** @throws OwnerHomeInvalid */
export async function readRefusedAgain({ storage }: Pick<OwnerHome, "storage">): Promise<RefusedAgain> {
  return (await readHomeFile(storage, homeFiles.refused, refusedAgain))?.counted ?? [];
}

/** Has the log say why a job is refused: once, however often it is asked for, and not without end, whatever is asked for. */
export async function logRefusal(
  home: Pick<OwnerHome, "storage" | "log">,
  { agreement, run, round, attempt, task }: AnyJob,
  { name: refusal, about }: Refusal,
  at: Date,
): Promise<void> {
  const event = { event: "refused", agreement, run, round, attempt, task, refusal } as const;
  const said = { ...event, about: bounded(about) };
  await whileChanging(home, async () => {
    const { log } = home;
    const text = canonicalJson(said);
    const same = log.entries.findLast((one) => one.event === "refused" && textOf(one) === text);
    if (
      !same &&
      !isCrowded(log.entries, (one) => one.event === "refused" && one.refusal === refusal, log.time(at))
    ) {
      await log.append(said, at);
      return;
    }
    const entry = same?.number ?? null;
    const last = log.time(at).toISOString();
    await countAgain(home, { refusal, entry, last, run, round });
  });
}

/** Whether a month has so many entries of a kind that a door, by asking, makes no more. */
export function isCrowded(
  entries: readonly LogEntry[],
  isOfKind: (one: LogEntry) => boolean,
  now: Date,
): boolean {
  const month = now.toISOString().slice(0, "2026-01".length);
  return entries.filter((one) => one.at.startsWith(month) && isOfKind(one)).length >= mostAMonth;
}

async function countAgain(
  home: Pick<OwnerHome, "storage">,
  one: Omit<RefusedAgain[number], "times">,
): Promise<void> {
  const counted = await readRefusedAgain(home);
  const isSame = (other: RefusedAgain[number]) => other.entry === one.entry && other.refusal === one.refusal;
  const times = (counted.find(isSame)?.times ?? 0) + 1;
  const now = [...counted.filter((other) => !isSame(other)), { ...one, times }];
  await writeHomeFile(home.storage, homeFiles.refused, { format: 1, counted: now });
}

function textOf({ number: _, before: __, at: ___, ...event }: LogEntry): string {
  return canonicalJson(event);
}

/** The same for people. */
export function refusedAgainText(counted: RefusedAgain): string[] {
  return counted.map(({ refusal, entry, times, last, run, round }) => {
    const when = last.replace("T", " ").slice(0, 19);
    const what =
      entry === null
        ? `other jobs, ${refusal}: the last was round ${round} of ${run},`
        : `what entry ${entry} is about,`;
    return `refused ${times} more times ${what} ${when}`;
  });
}
