import { type Examples, takeExamples } from "../shared/dataset/examples.ts";
import type { Agreement, Member } from "../shared/owners/agreement.ts";
import { holdOut } from "../shared/partition/partition.ts";

/** An owner's examples, as they are split. */
export interface SplitExamples {
  readonly train: Examples;
  readonly heldOut: Examples;
}

/** Holds out the rows that the client of that number does in a simulated run. */
export function splitExamples(
  examples: Examples,
  { config }: Pick<Agreement, "config">,
  { number }: Pick<Member, "number">,
): SplitExamples {
  const rows = Uint32Array.from({ length: examples.count }, (_, row) => row);
  const { train, test } = holdOut(rows, config.dataset.heldOut, config.seed, number);
  return { train: takeExamples(examples, train), heldOut: takeExamples(examples, test) };
}
