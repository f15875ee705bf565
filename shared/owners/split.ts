import { type Examples, takeExamples } from "../dataset/examples.ts";
import { momentsOf } from "../dataset/scaling.ts";
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
): { readonly [Name in keyof ToldExamples]: NonNullable<ToldExamples[Name]> } {
  const classes = schema.label.classes.length;
  const [trained, held] = [labelCounts(train.y, classes), labelCounts(heldOut.y, classes)];
  const moments = momentsOf(train);
  return {
    train: train.count,
    heldOut: heldOut.count,
    labels: { all: trained.map((count, at) => count + (held[at] ?? 0)), heldOut: [...held] },
    moments: { sums: [...moments.sums], squares: [...moments.squares] },
  };
}
