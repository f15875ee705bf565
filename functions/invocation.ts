import { Logger } from "@aws-lambda-powertools/logger";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import { identityOfEvent } from "../shared/workflow/event-identity.ts";
import { assertSameWriter, parsePayload } from "../shared/workflow/payloads.ts";
import type { Usage } from "../shared/workflow/usage.ts";
import type { FunctionName } from "./footprints.ts";

/** What an invocation spends its time on. */
export type Phase = "read" | "prepare" | "evaluate" | "train" | "aggregate" | "write";

/** What a handler may ask about the invocation that it works in. */
export interface Invocation {
  /** This invocation's usage so far; call it last, since what follows is billed but not counted. */
  usage(): Usage;
  /** Milliseconds until Lambda ends this invocation. */
  remainingMs(): number;
  /** Adds fields to the one line that the invocation logs. */
  note(fields: Record<string, unknown>): void;
  /** Does the work and adds its milliseconds to that line, under the phase's name. */
  timed<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
}

export interface Step<Input, Output> {
  readonly name: FunctionName;
  readonly input: z.ZodType<Input>;
  /** Where errors travel in the execution's state, many at once: the most characters of a message. */
  readonly errorCharacters?: number;
  readonly work: (input: Input, invocation: Invocation) => Promise<Output>;
}

/** A Lambda handler around a step: parses its payload, measures it, writes one structured log line. */
export function handlerOf<Input, Output>(step: Step<Input, Output>) {
  const logger = new Logger();
  // performance counts from the start of the process, as AWS bills the initialization of a cold environment
  const initMs = performance.now();
  let cold = true;

  return async (event: unknown, context: Context): Promise<Output> => {
    const start = performance.now();
    const startedCold = cold;
    cold = false;
    const memoryGb = Number(context.memoryLimitInMB) / 1024;
    const fields: Record<string, unknown> = {
      step: step.name,
      ...identityOfEvent(event),
      cold: startedCold,
    };
    const phases: Partial<Record<Phase, number>> = {};
    const usage = (): Usage => {
      const billedMs = Math.ceil(performance.now() - start + (startedCold ? initMs : 0));
      return { count: 1, cold: startedCold ? 1 : 0, billedMs, gbSeconds: (billedMs / 1000) * memoryGb };
    };
    try {
      // with PrepareRun an execution begins
      if (step.name !== "PrepareRun") assertSameWriter(event, step.name);
      const input = parsePayload(step.input, event, step.name);
      const output = await step.work(input, {
        usage,
        remainingMs: () => context.getRemainingTimeInMillis(),
        note: (more) => Object.assign(fields, more),
        timed: async (phase, work) => {
          const begin = performance.now();
          try {
            return await work();
          } finally {
            phases[phase] = (phases[phase] ?? 0) + performance.now() - begin;
          }
        },
      });
      logger.info("done", { ...fields, billedMs: usage().billedMs, ms: phases });
      return output;
    } catch (error) {
      logger.error("failed", {
        ...fields,
        billedMs: usage().billedMs,
        ms: phases,
        error: error instanceof Error ? error : String(error),
      });
      throw shortened(error, step.errorCharacters);
    }
  };
}

/** Without its trace, which only the log has, and with the beginning of a longer message. */
function shortened(error: unknown, characters: number | undefined): unknown {
  if (!(error instanceof Error) || characters === undefined) return error;
  const { name, message } = error;
  const told = new Error(message.length > characters ? `${message.slice(0, characters - 1)}…` : message);
  return Object.assign(told, { name, stack: name });
}
