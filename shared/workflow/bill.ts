import * as z from "zod";

const dollars = z.number().nonnegative();

/** What a run costs, or has cost, in US dollars at list prices, without what its objects cost from month to month. */
export const billSchema = z.object({
  dollars,
  lines: z.object({
    transitions: dollars,
    lambdaTime: dollars,
    lambdaRequests: dollars,
    s3Writes: dollars,
    s3Reads: dollars,
    logs: dollars,
    metrics: dollars,
  }),
});

export type Bill = z.output<typeof billSchema>;
export type BillLine = keyof Bill["lines"];
