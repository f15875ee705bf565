import { answerJob } from "../../owner/account/answer-job.ts";
import { Declined } from "../../owner/account/declined.ts";
import { bounded } from "../../owner/reason.ts";
import type { Bundle } from "../../owner/train.ts";
import { transientErrors } from "../../shared/errors.ts";
import { ownerFailed } from "../../shared/owners/stack-names.ts";
import type { ClientReport, HelperReport } from "../../shared/workflow/payloads.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import type { Invoked, OwnersPlace } from "./home.ts";

export interface Training {
  readonly place: OwnersPlace;
  /** What trains, by the digest that was agreed upon. */
  readonly bundle: () => Promise<Bundle>;
  readonly memoryMb: number;
  /** Says in the owner's own log group what has happened. */
  readonly tell: (line: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** Milliseconds that are left for what comes after training: signing, sending, the log. */
const margin = 20_000;
/** Share of the function's memory that what trains may take. */
const trainingShare = 0.7;

/** The function that the coordinator's state machine invokes. Of what goes wrong it is told a name, and nothing else. */
export function trainHandler({ place, bundle, memoryMb, tell }: Training) {
  return async (event: unknown, context: Invoked): Promise<ClientReport | HelperReport> => {
    const remaining = () => Math.max(1, context.getRemainingTimeInMillis() - margin);
    const signal = AbortSignal.timeout(context.getRemainingTimeInMillis());
    try {
      const part = {
        ...{ storage: place.home(context), federation: place.environment.federation },
        ...{ coordinator: place.coordinator, bundle: await bundle(), signal, tell },
        readData: async ({ schema }: Parameters<Parameters<typeof answerJob>[0]["readData"]>[0]) =>
          readBySchema(await place.readTable(signal), schema, signal),
        bounds: () => ({
          timeoutSeconds: remaining() / 1000,
          memoryBytes: trainingShare * memoryMb * 2 ** 20,
        }),
      };
      return await answerJob(part, event);
    } catch (error) {
      const name = nameFor(error);
      // a payload's names of fields come into it, and may have megabytes
      const about = bounded(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      tell(`does nothing: ${name}`, { about });
      throw nameAlone(name);
    }
  };
}

/** What the coordinator is told: a refusal, or that it may ask again, or that something else has failed. */
function nameFor(error: unknown): string {
  if (error instanceof Declined) return error.refusal;
  const name = error instanceof Error ? error.name : "";
  return transientErrors.some((one) => one === name) ? name : ownerFailed;
}

/** Lambda tells name, message and trace of what is thrown. */
function nameAlone(name: string): Error {
  // an empty trace is none for some versions of the runtime, which would lose the name with it
  return Object.assign(new Error(""), { name, stack: name });
}
