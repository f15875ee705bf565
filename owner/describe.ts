import type { Examples } from "../shared/dataset/examples.ts";
import { momentsOf } from "../shared/dataset/scaling.ts";
import { ownerInvalid } from "../shared/errors.ts";
import type { Agreement, Member } from "../shared/owners/agreement.ts";
import type { Description } from "../shared/owners/description.ts";
import type { Policy } from "../shared/owners/policy.ts";
import { labelCounts } from "../shared/partition/labels.ts";
import { splitExamples } from "./split.ts";

/**
 * What an owner tells of its examples under an agreement, as far as its policy allows. It holds out the same rows as the
 * client of its number does in a simulated run.
 * @throws OwnerInvalid where there are too few to hold one out
 */
export function describeExamples(
  examples: Examples,
  agreed: Agreement,
  member: Member,
  { tells }: Policy,
  dataMac: string,
): Description {
  if (examples.count < 2) {
    throw ownerInvalid("--data: holds one row, and it takes two: one to train on and one held out");
  }
  const { train, heldOut } = splitExamples(examples, agreed, member);
  const countsOf = ({ y }: Examples) => labelCounts(y, agreed.schema.label.classes.length);
  const moments = tells.moments && momentsOf(train);
  return {
    dataMac,
    train: train.count,
    heldOut: heldOut.count,
    labels: tells.labelCounts ? { all: countsOf(examples), heldOut: countsOf(heldOut) } : null,
    moments: moments ? { sums: [...moments.sums], squares: [...moments.squares] } : null,
  };
}
