import * as z from "zod";
import { defineStage } from "../../shared/update/stage.ts";

const each = <V>(vectors: Readonly<Record<string, V>>, change: (vector: V) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, change(vector)]));

/** An update stage that fedstep does not have: each value is sent as so much more, which the server takes off the sum. */
export const offset = defineStage(
  z
    .strictObject({
      stage: z.literal("offset").describe("What is done to an update."),
      by: z.number().describe("What is added to each value."),
    })
    .describe("Adds the same to every value."),
  ({ by }) => ({
    needs: "sum",
    takes: "update",
    cannot: [
      { with: "clipping", because: "a change that is offset is as long as it likes" },
      { with: "FedNova", because: "it weighs clients otherwise than by their examples" },
    ],
    client: (update) => ({
      ...update,
      parameters: update.parameters.map((value) => value + by),
      sent: each(update.sent, (vector) => vector.map((value) => value + by)),
    }),
    server: (sums) => ({
      ...sums,
      change: sums.change.map((value) => value - by * sums.examples),
      sent: each(sums.sent, (vector) => vector.map((value) => value - by * sums.examples)),
    }),
  }),
);
