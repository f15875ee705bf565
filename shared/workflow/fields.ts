import * as z from "zod";

/** Fields that several records have. */

/** As lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const count = z.int().nonnegative();
/** What a participant of a round is asked for. train: evaluate the global model, then train it; evaluate: only evaluate. */
export const participantTask = z.enum(["train", "evaluate"]);
export type ParticipantTask = z.output<typeof participantTask>;
/** How many examples a figure is over; null in records of fedstep 0.1.0, which did not say it. */
export const counted = count.nullable().default(null);
