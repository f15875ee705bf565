import * as z from "zod";

/** Number of one of a committee's three helpers. */
export const helperNumber = z.union([z.literal(1), z.literal(2), z.literal(3)]);
