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
  const sent = task === "train" ? sentShapes(client) : [];
  return vectorsSize(model, sent, taskOf(config).detailBytes(dataset));
}
