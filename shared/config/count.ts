import * as z from "zod";

/** A number of things that there is at least one of. */
export const countUpTo = (most: number) => z.int().min(1).max(most);
