import type { Examples } from "../shared/dataset/examples.ts";
import { ownerInvalid } from "../shared/errors.ts";
import type { Agreement, Member } from "../shared/owners/agreement.ts";
import type { Description } from "../shared/owners/description.ts";
import type { Policy } from "../shared/owners/policy.ts";
import { allowedOf, splitExamples, tellAll } from "../shared/owners/split.ts";

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
  return { dataMac, ...allowedOf(tellAll(splitExamples(examples, agreed, member), agreed), tells) };
}
