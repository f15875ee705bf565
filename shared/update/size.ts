import { sentShapes } from "../client/procedure.ts";
import { vectorsSize } from "../model/vectors-size.ts";
import type { Task } from "../rounds/participants.ts";
import type { Strategy } from "../strategy/strategy.ts";
import type { ObjectSize } from "../tensors/object-size.ts";
import type { Plan } from "../workflow/plan-record.ts";

/** Of a cell of the confusion matrix: a safe integer and its comma, with room for how JSON stands in JSON. */
const perCell = 24;

/** How large an update of a plan can be: whoever sends more is refused before it is read. */
export function updateSize(
  { model, dataset }: Pick<Plan, "model" | "dataset">,
  { client }: Strategy,
  task: Task,
): ObjectSize {
  const sent = task === "train" ? sentShapes(client) : [];
  return vectorsSize(model, sent, perCell * dataset.classes ** 2);
}
