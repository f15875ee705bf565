import { type Examples, takeExamples } from "../dataset/examples.ts";
import { momentsOf } from "../dataset/scaling.ts";
import { targetMoments } from "../dataset/target-scaling.ts";
import { labelCounts } from "../partition/labels.ts";
import { holdOut } from "../partition/partition.ts";
import type { Agreement, Member } from "./agreement.ts";
import type { ToldExamples } from "./description.ts";

/** A client's examples under an agreement, as they are split. */
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

/** All that may be told of examples: what of it an owner tells, its policy says. */
export function tellAll(
  { train, heldOut }: SplitExamples,
  { schema }: Pick<Agreement, "schema">,
): ToldExamples {
  const { sums, squares } = momentsOf(train);
  const told = {
    train: train.count,
    heldOut: heldOut.count,
    moments: { sums: [...sums], squares: [...squares] },
  };
  const { classes } = schema.label;
  if (!classes) {
    const of = targetMoments(train);
    return { ...told, labels: null, targets: { sum: of.sums[0] ?? 0, square: of.squares[0] ?? 0 } };
  }
  const [trained, held] = [labelCounts(train.y, classes.length), labelCounts(heldOut.y, classes.length)];
  return {
    ...told,
    labels: { all: trained.map((count, at) => count + (held[at] ?? 0)), heldOut: [...held] },
  };
}

/** What of it a policy lets out: sums of targets with those of the features. */
export function allowedOf(
  { labels, moments, targets, ...counts }: ToldExamples,
  tells: { readonly labelCounts: boolean; readonly moments: boolean },
): ToldExamples {
  return {
    ...counts,
    labels: tells.labelCounts ? labels : null,
    moments: tells.moments ? moments : null,
    ...(targets !== undefined && { targets: tells.moments ? targets : null }),
  };
}
