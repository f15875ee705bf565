import * as z from "zod";
import { briefSchema } from "../task/records.ts";

/** What a federation gains over staying alone: both figures are over the same examples of the same owners. */
export const comparedAlone = z.object({
  /** That tell how the model does that each has trained alone. */
  owners: z.int().positive(),
  /** That they hold out. */
  examples: z.int().positive(),
  /** Of the federation's model. */
  federated: briefSchema,
  /** Of the owners' own models, each on what its owner holds out. */
  alone: briefSchema,
});

export type ComparedAlone = Readonly<z.output<typeof comparedAlone>>;
