import * as z from "zod";
import { count, sha256 } from "../workflow/fields.ts";
import { ownerName } from "./identity.ts";

const finite = z.array(z.number());
/** Rows have numbers of 32 bits, and sums over ten thousand owners are exact then. */
const mostExamples = 2 ** 31 - 1;
const examples = z.int().positive().max(mostExamples);
const countsByClass = z.array(count.max(mostExamples)).min(2);

/** What is told of a client's examples, over the split that the federation's first agreement fixes. */
const told = z.strictObject({
  /** Examples trained with, and held out. */
  train: examples,
  heldOut: examples,
  /** Of all examples, and of those held out, by class; null where the owner's policy keeps them, and where targets are numbers. */
  labels: z.strictObject({ all: countsByClass, heldOut: countsByClass }).nullable(),
  /** Of each feature over the examples trained with, by which all scale alike; null likewise. */
  moments: z.strictObject({ sums: finite, squares: finite }).nullable(),
  /** Of targets that are numbers, over the same; null where kept, absent where targets are classes. */
  targets: z.strictObject({ sum: z.number(), square: z.number() }).nullable().optional(),
});

export type ToldExamples = Readonly<z.output<typeof told>>;

/**
 * What an owner tells of its data before the first round: once for each data set, since two tellings that differ by a row are
 * that row.
 */
export const description = told
  .extend({
    /** Of the examples under a key of the owner's own: the same data is seen to be the same, and no guess is confirmed. */
    dataMac: sha256,
  })
  .superRefine(addsUp);

export type Description = Readonly<z.output<typeof description>>;

/** A client that the coordinator trains itself, in rounds beside owners: nothing of it is kept from whoever reads the bucket. */
export const simulatedClient = told
  .extend({
    /** As a member's, among which it has one of its own: by it the examples that it holds out are drawn. */
    number: count,
    name: ownerName,
  })
  .superRefine(addsUp);

export type SimulatedClient = Readonly<z.output<typeof simulatedClient>>;

function addsUp({ train, heldOut, labels }: ToldExamples, context: z.RefinementCtx): void {
  if (!labels) return;
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const refuse = (message: string) => context.addIssue({ code: "custom", path: ["labels"], message });
  if (total(labels.all) !== train + heldOut || total(labels.heldOut) !== heldOut) {
    refuse("do not add up to the examples");
  }
  if (labels.heldOut.some((count, at) => count > (labels.all[at] ?? 0))) {
    refuse("hold out more of a class than there are");
  }
}
