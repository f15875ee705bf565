import * as z from "zod";
import { trainOnce } from "../client/procedure.ts";
import { defineStrategy } from "./define.ts";
import { averaged } from "./reductions.ts";
import { nameField } from "./settings.ts";

/**
 * FedProx (Li et al. 2020, "Federated Optimization in Heterogeneous Networks", algorithm 2): each client minimizes
 * F_k(w) + mu/2 ||w - w_t||^2, that is, adds mu (w - w_t) to every gradient; the server averages as FedAvg does.
 *
 * Of the two schemes that the paper's appendix compares (clients drawn by their share of the examples and averaged
 * evenly, or drawn evenly and weighted by examples) this is the second, which is FedAvg where mu is 0.
 */
export const fedProx = defineStrategy(
  z
    .strictObject({
      name: nameField("FedProx"),
      mu: z
        .number()
        .min(0)
        .max(1000)
        .default(0.01)
        .describe("Strength that pulls each client's model towards the global one; 0 is FedAvg."),
    })
    .describe("FedAvg whose clients stay near the global model (Li et al. 2020, arXiv:1812.06127)."),
  ({ mu }) => ({
    client: {
      ...trainOnce,
      addsTerm: true,
      async run({ global, train }) {
        // without the term the trainer takes FedAvg's very steps
        const term = mu === 0 ? {} : { proximal: { mu, anchor: global } };
        return { trained: await train(global, term), sent: {}, kept: {} };
      },
    },
    reduction: averaged,
  }),
);
