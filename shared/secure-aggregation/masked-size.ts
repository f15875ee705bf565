import { type ObjectSize, objectSize } from "../tensors/object-size.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { UpdateIntegers } from "./update-integers.ts";

/** Of an integer modulo 2^64. */
const integerBytes = 8;
/** Of a client in an opening's header, or of why it is not: as JSON in JSON. */
const perClient = 400;
/** Streams that a helper knows. */
const streams = 2;

type Measured = Pick<Plan, "config" | "model" | "dataset">;

/** How large a masked update of a plan can be. */
export function maskedSize(plan: Measured, task: ParticipantTask): ObjectSize {
  return objectSize(1, integerBytes * new UpdateIntegers(plan).length(task));
}

/** How large the sums can be that a helper opens. @param training whether anybody trains in the round */
export function openingSize(plan: Measured & Pick<Plan, "clients">, training: boolean): ObjectSize {
  const length = new UpdateIntegers(plan).length(training ? "train" : "evaluate");
  return objectSize(streams, streams * integerBytes * length, perClient * (1 + plan.clients.length));
}
