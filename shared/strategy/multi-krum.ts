import * as z from "zod";
import { defineStrategy } from "./define.ts";
import { krumNeeds, rankUpdates } from "./krum.ts";
import { fromAll } from "./reductions.ts";
import { byzantine, nameField } from "./settings.ts";

/**
 * Multi-Krum (Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent",
 * section 4): the plain mean of the m updates with the best scores of Krum. Up to m = n - f an arbitrary update among
 * them has a better score than some honest one and is therefore near to honest ones; the default m = n - f - 2 is the
 * largest with a proof (Damaskinos et al. 2019, "AggregaThor").
 */
export const multiKrum = defineStrategy(
  z
    .strictObject({
      name: nameField("MultiKrum"),
      byzantine,
      selected: z
        .int()
        .min(1)
        .max(10_000)
        .nullable()
        .default(null)
        .describe("Models that are averaged; null takes all but byzantine + 2 of those that reported."),
    })
    .describe(
      "Mean of the models that lie nearest to most others (Blanchard et al. 2017, arXiv:1703.02757).",
    ),
  ({ byzantine, selected }) => {
    const contributors = (updates: number) => selected ?? updates - byzantine - 2;
    return {
      weighting: "clients",
      needs: multiKrumNeeds(byzantine, selected),
      contributors,
      reduction: fromAll(({ updates }) => {
        // summed in order of client, not of score
        const chosen = rankUpdates(updates, byzantine)
          .slice(0, contributors(updates.length))
          .sort((a, b) => a.client - b.client);
        return {
          parameters: meanOfModels(chosen.map(({ parameters }) => parameters)),
          state: {},
          chosen: chosen.map(({ client }) => client),
        };
      }),
    };
  },
);

/** In float64, one model after the other. */
function meanOfModels(models: readonly Float32Array[]): Float32Array {
  const [{ length }] = models as readonly [Float32Array];
  // adding to -0 changes nothing at all
  return Float32Array.from({ length }, (_, i) => {
    return models.reduce((sum, model) => sum + (model[i] as number), -0) / models.length;
  });
}

function multiKrumNeeds(byzantine: number, selected: number | null) {
  const krum = krumNeeds(byzantine);
  if (selected === null || selected + byzantine <= krum.updates) return krum;
  return {
    updates: selected + byzantine,
    because: `selected ${selected} + byzantine ${byzantine}`,
  };
}
