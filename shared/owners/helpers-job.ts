import * as z from "zod";
import { keys } from "../layout.ts";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { count } from "../workflow/fields.ts";
import { endReason } from "../workflow/result-record.ts";
import { accountId } from "./account.ts";
import { ownersJob } from "./job.ts";

/** What an owner that helps is asked for: nothing in it says what to run, or where to get it. */
export const helpersJob = ownersJob.omit({ task: true, client: true }).extend({
  task: z.literal("open"),
  helper: helperNumber,
  /** Why no further round trains, so that clients have only evaluated; null where this one trains. */
  ended: endReason.nullable(),
  /** Who has reported, so that all helpers open the same sums. */
  clients: z.array(count),
  /** Those of them who are in accounts of their own, below whose numbers their boxes are; left out where none is. */
  accounts: z.array(z.strictObject({ client: count, account: accountId })).optional(),
});

export type HelpersJob = Readonly<z.output<typeof helpersJob>>;

/** Whatever an owner is asked for. */
export const anyJob = z.union([ownersJob, helpersJob]);
export type AnyJob = Readonly<z.output<typeof anyJob>>;

/** The keys of the boxes of those who have reported. */
export function boxesFor({ run, round, attempt, clients, accounts = [] }: HelpersJob): string[] {
  return clients.map((client) =>
    keys.boxes(run, round, client, attempt, accounts.find((one) => one.client === client)?.account),
  );
}

export const isOpening = (job: Pick<AnyJob, "task">): job is HelpersJob => job.task === "open";
