import { denseLayers, parameterCount } from "../model/shape.ts";
import type { Task } from "../rounds/participants.ts";
import type { Strategy } from "../strategy/strategy.ts";
import type { Plan } from "../workflow/records.ts";

/** The most that a safetensors object may have of bytes, and of these in its header. */
export interface ObjectSize {
  readonly bytes: number;
  readonly headerBytes: number;
}

/** Of all in a header but tensors and confusion matrix: run, numbers, digests; and of a tensor's entry. */
const [around, perTensor] = [8192, 512];
/** Of a cell of the confusion matrix: a safe integer and its comma, with room for how JSON stands in JSON. */
const perCell = 24;

/** How large an update of a plan can be: whoever sends more is refused before it is read. */
export function updateSize({ shape }: Pick<Plan, "shape">, { client }: Strategy, task: Task): ObjectSize {
  const parameters = parameterCount(shape);
  const vectors = task === "train" ? 1 + client.sends.length : 0;
  // weight and bias of each layer
  const tensors = vectors * 2 * denseLayers(shape).length;
  const headerBytes = around + perTensor * tensors + perCell * shape.classes ** 2;
  return { headerBytes, bytes: headerBytes + 4 * parameters * vectors };
}
