import { sentShapes } from "../client/procedure.ts";
import { vectorsSize } from "../model/vectors-size.ts";
import type { Strategy } from "../strategy/strategy.ts";
import { taskOf } from "../task/tasks.ts";
import type { ObjectSize } from "../tensors/object-size.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";

/** How large an update of a plan can be: whoever sends more is refused before it is read. */
export function updateSize(
  { config, model, dataset }: Pick<Plan, "config" | "model" | "dataset">,
  { client }: Strategy,
  task: ParticipantTask,
): ObjectSize {
  const sums = taskOf(config).detailBytes(dataset);
  // an owner's evaluation tells of the model that it has trained alone, too
  return task === "train" ? vectorsSize(model, sentShapes(client), sums) : vectorsSize(model, [], 2 * sums);
}
