import * as z from "zod";

/** Fields that the settings of several strategies share. */

export const nameField = <const Name extends string>(name: Name) =>
  z.literal(name).describe("The rule that combines the updates.");

/** eta of the server, which steps along the clients' averaged change. */
export const serverLearningRate = (initial: number) =>
  z
    .number()
    .gt(0)
    .max(1000)
    .default(initial)
    .describe("Step size of the server along the clients' averaged change.");

/** f, the number that a robust strategy is proven for. */
export const byzantine = z
  .int()
  .min(0)
  .max(10_000)
  .default(1)
  .describe("Updates of a round that may be arbitrary, by fault or by intent.");
