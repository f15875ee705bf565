import * as z from "zod";

/** What invocations used, as measured inside them; sums of it travel with the workflow's state. */
export const usageSchema = z.object({
  /** Invocations that ended well. */
  count: z.int().nonnegative(),
  /** Invocations that found no warm environment. */
  cold: z.int().nonnegative(),
  /** Whole milliseconds billed: handler, and initialization where cold. */
  billedMs: z.number().nonnegative(),
  /** billedMs times memory. */
  gbSeconds: z.number().nonnegative(),
});

export type Usage = z.output<typeof usageSchema>;

export const noUsage: Usage = { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 };

export function addUsage(...parts: readonly Usage[]): Usage {
  return parts.reduce(
    (sum, part) => ({
      count: sum.count + part.count,
      cold: sum.cold + part.cold,
      billedMs: sum.billedMs + part.billedMs,
      gbSeconds: sum.gbSeconds + part.gbSeconds,
    }),
    noUsage,
  );
}
