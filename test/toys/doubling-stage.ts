import * as z from "zod";
import type { ClientUpdate } from "../../shared/client/update.ts";
import { defineStage, type StageStart } from "../../shared/update/stage.ts";

/** An update stage that fedstep does not have: what is sent is twice as much, which the server halves in each update. */
export const doubling = defineStage(
  z
    .strictObject({ stage: z.literal("doubling").describe("What is done to an update.") })
    .describe("Sends twice as much."),
  () => ({ needs: "any", takes: "update", cannot: [], client: times(2), server: times(0.5) }),
);

const times =
  (factor: number) =>
  ({ parameters, sent, ...update }: ClientUpdate, { global }: StageStart): ClientUpdate => ({
    ...update,
    parameters: parameters.map((value, i) => {
      const from = global[i] ?? NaN;
      return from + factor * (value - from);
    }),
    sent: Object.fromEntries(
      Object.entries(sent).map(([name, vector]) => [name, vector.map((value) => factor * value)]),
    ),
  });
