import * as z from "zod";

const named = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);

const unknown = { run: undefined, round: undefined, client: undefined, helper: undefined, epoch: undefined };

const identity = z
  .object({
    run: named(z.string()),
    // of PrepareRun, which gives a run its name where the input names none
    input: named(z.object({ run: z.string() })),
    execution: named(z.object({ name: z.string() })),
    round: named(z.int()),
    client: named(z.int()),
    helper: named(z.int()),
    // of AggregateRound and of TrainBaseline; FinishRun gets both, and is in no round
    federation: named(z.object({ round: z.int() })),
    baseline: named(z.object({ epoch: z.int() })),
  })
  .transform(({ run, input, execution, round, client, helper, federation, baseline }) => ({
    run: run ?? input?.run ?? execution?.name,
    round: round ?? (baseline ? undefined : federation?.round),
    client,
    helper,
    epoch: federation ? undefined : baseline?.epoch,
  }))
  .catch(unknown);

/** What a step was invoked for, as far as its event says it. */
export interface EventIdentity {
  readonly run?: string | undefined;
  readonly round?: number | undefined;
  readonly client?: number | undefined;
  /** Of OpenSums. */
  readonly helper?: number | undefined;
  /** Of the baseline: the epochs that are trained before. */
  readonly epoch?: number | undefined;
}

/**
 * Reads whom an event concerns, of any step's event and without that step's schema: an event that the step refuses has to
 * be told from others, too.
 */
export function identityOfEvent(event: unknown): EventIdentity {
  return identity.parse(event);
}
