import type { Examples } from "../shared/dataset/examples.ts";
import { takeExamples } from "../shared/dataset/examples.ts";
import { momentsOf } from "../shared/dataset/scaling.ts";
import { ownerInvalid } from "../shared/errors.ts";
import type { Agreement, Member } from "../shared/owners/agreement.ts";
import type { Description } from "../shared/owners/description.ts";
import type { Policy } from "../shared/owners/policy.ts";
import { labelCounts } from "../shared/partition/labels.ts";
import { holdOut } from "../shared/partition/partition.ts";

/**
 * What an owner tells of its examples under an agreement, as far as its policy allows. It holds out the same rows as the
 * client of its number does in a simulated run.
 * @throws OwnerInvalid where there are too few to hold one out
 */
export function describeExamples(
  examples: Examples,
  { config, schema }: Agreement,
  { number }: Member,
  { tells }: Policy,
  dataMac: string,
): Description {
  if (examples.count < 2) {
    throw ownerInvalid("--data: holds one row, and it takes two: one to train on and one held out");
  }
  const rows = Uint32Array.from({ length: examples.count }, (_, row) => row);
  const { train, test } = holdOut(rows, config.dataset.heldOut, config.seed, number);
  const classes = schema.label.classes.length;
  const countsOf = (some: Uint32Array) =>
    labelCounts(
      Array.from(some, (row) => examples.y[row] ?? -1),
      classes,
    );
  const moments = tells.moments && momentsOf(takeExamples(examples, train));
  return {
    dataMac,
    train: train.length,
    heldOut: test.length,
    labels: tells.labelCounts ? { all: countsOf(rows), heldOut: countsOf(test) } : null,
    moments: moments ? { sums: [...moments.sums], squares: [...moments.squares] } : null,
  };
}
