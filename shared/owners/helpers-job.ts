import * as z from "zod";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { count } from "../workflow/fields.ts";
import { endReason } from "../workflow/result-record.ts";
import { ownersJob } from "./job.ts";

/** What an owner that helps is asked for: nothing in it says what to run, or where to get it. */
export const helpersJob = ownersJob.omit({ task: true, client: true }).extend({
  task: z.literal("open"),
  helper: helperNumber,
  /** Why no further round trains, so that clients have only evaluated; null where this one trains. */
  ended: endReason.nullable(),
  /** Who has reported, so that all helpers open the same sums. */
  clients: z.array(count),
});

export type HelpersJob = Readonly<z.output<typeof helpersJob>>;

/** Whatever an owner is asked for. */
export const anyJob = z.union([ownersJob, helpersJob]);
export type AnyJob = Readonly<z.output<typeof anyJob>>;

export const isOpening = (job: Pick<AnyJob, "task">): job is HelpersJob => job.task === "open";
