import { identityOfEvent } from "../../shared/workflow/event-identity.ts";

/** One delivery of an event to a function: what a fault is chosen by, and nothing of time or order. */
export interface ChaosEvent {
  /** The step's name: TrainClient. */
  readonly function: string;
  readonly run: string;
  /** Of whatever is done in a round; for the baseline, the epochs that it starts after. */
  readonly round: number | null;
  /** Of OpenSums the number of the helper. */
  readonly client: number | null;
  /** 1, 2, ... of the same event, in this emulator. */
  readonly delivery: number;
}

/** Whose event it is, by the function's name behind the stack's and by the payload; undefined for what is no step of a run. */
export function identityOf(name: string, payload: Buffer): Omit<ChaosEvent, "delivery"> | undefined {
  const { run, round, client, helper, epoch } = identityOfEvent(JSON.parse(payload.toString()));
  if (run === undefined) return undefined;
  const fn = name.slice(1 + name.lastIndexOf("-"));
  return { function: fn, run, round: round ?? epoch ?? null, client: client ?? helper ?? null };
}

export const identityText = ({ function: fn, run, round, client }: Omit<ChaosEvent, "delivery">): string =>
  [fn, run, round ?? "", client ?? ""].join("/");

/** TrainClient, round 2, client 1, delivery 1 */
export function describeEvent({ function: fn, round, client, delivery }: ChaosEvent): string {
  const when = round === null ? [] : [`${fn === "TrainBaseline" ? "after epoch" : "round"} ${round}`];
  const who = client === null ? [] : [`${fn === "OpenSums" ? "helper" : "client"} ${client}`];
  return [fn, ...when, ...who, `delivery ${delivery}`].join(", ");
}
