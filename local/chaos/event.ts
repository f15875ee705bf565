import { z } from "zod";
import type { FunctionName } from "../../shared/workflow/functions.ts";
import { functionNames } from "../../shared/workflow/functions.ts";

/** One delivery of an event to a function: what a fault is chosen by, and nothing of time or order. */
export interface ChaosEvent {
  readonly function: FunctionName;
  readonly run: string;
  /** Of TrainClient and AggregateRound; for TrainBaseline, the epochs that it starts after. */
  readonly round: number | null;
  readonly client: number | null;
  /** 1, 2, ... of the same event, in this emulator. */
  readonly attempt: number;
}

const payloadSchema = z.object({
  run: z.string().optional(),
  // of PrepareRun, which gets what its execution was started with
  input: z.looseObject({ run: z.string().optional() }).optional().catch(undefined),
  execution: z.object({ name: z.string() }).optional(),
  round: z.int().optional(),
  client: z.int().optional(),
  federation: z.object({ round: z.int() }).optional(),
  baseline: z.object({ epoch: z.int() }).optional(),
});

/** Whose event it is, as far as its function and its payload tell; undefined for what is no step of a run. */
export function identityOf(name: string, payload: Buffer): Omit<ChaosEvent, "attempt"> | undefined {
  const fn = functionNames.find((one) => name === one || name.endsWith(`-${one}`));
  const parsed = payloadSchema.safeParse(JSON.parse(payload.toString()));
  if (fn === undefined || !parsed.success) return undefined;
  const { input, execution, round, client, federation, baseline } = parsed.data;
  const run = parsed.data.run ?? input?.run ?? execution?.name;
  if (run === undefined) return undefined;
  const rounds: Readonly<Record<FunctionName, number | undefined>> = {
    PrepareRun: undefined,
    TrainClient: round,
    AggregateRound: federation?.round,
    TrainBaseline: baseline?.epoch,
    FinishRun: undefined,
  };
  return { function: fn, run, round: rounds[fn] ?? null, client: client ?? null };
}

export const identityText = ({ function: fn, run, round, client }: Omit<ChaosEvent, "attempt">): string =>
  [fn, run, round ?? "", client ?? ""].join("/");

/** TrainClient, round 2, client 1, attempt 1 */
export function describeEvent({ function: fn, round, client, attempt }: ChaosEvent): string {
  const when = round === null ? [] : [`${fn === "TrainBaseline" ? "after epoch" : "round"} ${round}`];
  const who = client === null ? [] : [`client ${client}`];
  return [fn, ...when, ...who, `attempt ${attempt}`].join(", ");
}
