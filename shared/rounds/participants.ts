import type { Place } from "../client/place.ts";
import type { Config } from "../config/schema.ts";
import { fingerprintOf } from "../owners/identity.ts";
import { thresholdOf } from "../task/stop.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { selectClients, selectedCount } from "./selection.ts";

/** Who is invoked in a round, and for what. */
export interface Participant {
  readonly client: number;
  readonly task: ParticipantTask;
  /** Fingerprint of its key, where it is an owner who asks for its jobs. */
  readonly owner?: string | undefined;
  /** Of an owner whose function is invoked in an account of its own: where that is. */
  readonly account?: string | undefined;
  readonly stack?: string | undefined;
}

/** What the choice of participants depends on. */
export type Federates = Pick<Plan, "config" | "clients" | "examiner">;

/**
 * Who evaluates the model of a round. federation.stop sets models beside each other and beside a number, which says
 * something of them over the same examples only: with it, those who were not selected evaluate too.
 */
export function evaluators(config: Pick<Config, "federation" | "task">): Config["federation"]["evaluation"] {
  const { evaluation, stop } = config.federation;
  const stops = thresholdOf(config, stop) !== null || stop.patience !== null;
  return evaluation === "selected" && stops ? "all" : evaluation;
}

/** The participants of a round that trains, in ascending order; the examiner, who has the test set, comes last. */
export function participantsOf({ config, clients, examiner }: Federates, round: number): Participant[] {
  const everyone = clients.map(({ client }) => client);
  const selected = new Set(selectClients(config, round, everyone));
  const involved = evaluators(config) === "all" ? new Set(everyone) : selected;
  return [
    ...clients
      .filter(({ client }) => involved.has(client))
      .map((part) => asking(part, selected.has(part.client) ? "train" : "evaluate")),
    ...examining(examiner),
  ];
}

/** The participants of the pass after the last round, which evaluates the final model. */
export function finalParticipants({ clients, examiner }: Federates): Participant[] {
  if (examiner !== null) return examining(examiner);
  return clients.map((part) => asking(part, "evaluate"));
}

/**
 * The participants of a round.
 * @param ended why no further round trains; null where it does
 */
export function participantsWhere(plan: Federates, round: number, ended: string | null): Participant[] {
  return ended === null ? participantsOf(plan, round) : finalParticipants(plan);
}

function asking({ client, place }: Plan["clients"][number], task: ParticipantTask): Participant {
  return { client, task, ...reachedBy(place) };
}

/** How the state machine reaches who is there; a simulated client needs nothing said. */
function reachedBy(place: Place | undefined): Pick<Participant, "owner" | "account" | "stack"> {
  if (place?.kind === "remote") return { owner: fingerprintOf(place.key) };
  return place?.kind === "account" ? { account: place.account, stack: place.stack } : {};
}

function examining(examiner: number | null): Participant[] {
  return examiner === null ? [] : [{ client: examiner, task: "evaluate" }];
}

/** How many participate in a round, and in the final pass, before there is a plan; and how many a round selects to train. */
export function participantCounts(config: Config): { round: number; final: number; selected: number } {
  const { clients } = config.partition;
  const selected = selectedCount(config.federation, clients);
  const evaluating = evaluators(config);
  if (evaluating === "test-set") return { round: selected + 1, final: 1, selected };
  return { round: evaluating === "all" ? clients : selected, final: clients, selected };
}
