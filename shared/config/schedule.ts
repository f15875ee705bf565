import * as z from "zod";
import { countUpTo } from "./count.ts";

const meaning = "How the learning rate goes on.";
const decay = (initial: number) => z.number().gt(0).max(1).default(initial);

const constant = z
  // the schedule that is meant where none is named
  .strictObject({ kind: z.literal("constant").optional().default("constant").describe(meaning) })
  .describe("The same learning rate throughout.");

const exponential = z
  .strictObject({
    kind: z.literal("exponential").describe(meaning),
    decay: decay(0.98).describe("Factor from one round to the next (baseline: epoch)."),
  })
  .describe("The learning rate shrinks by a factor after every round.");

const step = z
  .strictObject({
    kind: z.literal("step").describe(meaning),
    decay: decay(0.5).describe("Factor from one step to the next."),
    every: countUpTo(100_000).default(25).describe("Rounds (baseline: epochs) from one step to the next."),
  })
  .describe("The learning rate shrinks by a factor after every so many rounds.");

export const schedule = z
  .discriminatedUnion("kind", [constant, exponential, step])
  .describe("How the learning rate changes from round to round, and from epoch to epoch of the baseline.");
