import * as z from "zod";
import { payloadInvalid } from "../errors.ts";
import { runNamePattern } from "../layout.ts";
import { usageSchema } from "./usage.ts";

/**
 * What travels through the state machine: ids and sums, never weights, never data. One state that every step
 * narrows; cdk/workflow selects the same fields.
 */

const run = z.string().regex(runNamePattern);
const client = z.int().nonnegative();
/** Milliseconds since 1970. */
const instant = z.number().nonnegative();
/** train: evaluate the global model, then train it; evaluate: the last pass, which only evaluates. */
const task = z.enum(["train", "evaluate"]);

/** The round that comes next. */
export const federationState = z.object({
  round: z.int().positive(),
  task,
  clients: z.array(client).min(1),
  startedAt: instant,
  done: z.boolean(),
  usage: usageSchema,
});

/** How far the baseline is: epochs trained so far. */
export const baselineState = z.object({
  epoch: z.int().nonnegative(),
  done: z.boolean(),
  usage: usageSchema,
});

export const prepareRunInput = z.object({ run });
export const prepareRunOutput = z.object({
  run,
  startedAt: instant,
  federation: federationState,
  baseline: baselineState,
  usage: usageSchema,
});

export const trainClientInput = z.object({ run, round: z.int().positive(), task, client });
/** What a client reports; what ClientSilent puts in its place carries the error. */
export const clientReport = z.union([
  z.object({ client, usage: usageSchema }),
  z.object({ client, error: z.object({ Error: z.string(), Cause: z.string().optional() }) }),
]);

export const aggregateRoundInput = z.object({
  run,
  federation: federationState,
  reports: z.array(clientReport),
});

export const trainBaselineInput = z.object({ run, baseline: baselineState });

export const finishRunInput = z.object({
  run,
  startedAt: instant,
  usage: usageSchema,
  branches: z.tuple([z.object({ federation: federationState }), z.object({ baseline: baselineState })]),
});
export const finishRunOutput = z.object({ run, result: z.string() });

export type FederationState = z.output<typeof federationState>;
export type BaselineState = z.output<typeof baselineState>;
export type ClientReport = z.output<typeof clientReport>;

/** @throws PayloadInvalid naming the step and the fields */
export function parsePayload<T>(schema: z.ZodType<T>, payload: unknown, step: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw payloadInvalid(`${step}: ${z.prettifyError(parsed.error)}`);
}
