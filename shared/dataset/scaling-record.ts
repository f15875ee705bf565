import * as z from "zod";
import type { Scaling } from "./scaling.ts";

/** A scaling in a record. Apart from what scales, since the page of a report carries that and no schemas. */
export const scalingSchema: z.ZodType<Scaling> = z.object({
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
  filled: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])).optional(),
});
