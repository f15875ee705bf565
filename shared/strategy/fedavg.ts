import * as z from "zod";
import { defineStrategy } from "./define.ts";
import { averaged } from "./reductions.ts";
import { nameField } from "./settings.ts";

/**
 * Federated averaging: w = sum_k (n_k / n) w_k with n = sum_k n_k (McMahan et al. 2017, "Communication-Efficient
 * Learning of Deep Networks from Decentralized Data", algorithm 1).
 */
export const fedAvg = defineStrategy(
  z
    .strictObject({
      // the strategy where none is named
      name: nameField("FedAvg").optional().default("FedAvg").describe("The rule that combines the updates."),
    })
    .describe("Averages the models weighted by examples (McMahan et al. 2017, arXiv:1602.05629)."),
  () => ({ reduction: averaged }),
);
