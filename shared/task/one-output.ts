import type { Arena } from "../model/kernel/arena.ts";
import type { BatchOutputs } from "../model/kernel/layer.ts";
import type { BatchTargets } from "../model/kernel/objective.ts";

/** Goes through a batch of a model with one output and targets that are numbers: the output, the target, its place. */
export function outputsAndTargets(
  { words, floats }: Pick<Arena, "words" | "floats">,
  { rows, targets }: BatchTargets,
  { z, stride }: BatchOutputs,
  count: number,
  take: (output: number, target: number, at: number) => void,
): void {
  for (let i = 0; i < count; i++) {
    const row = words[rows / 4 + i] as number;
    take(floats[(z + i * stride) / 4] as number, floats[targets / 4 + row] as number, i);
  }
}
