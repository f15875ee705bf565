import type { ClientUpdate, Vectors } from "../strategy/client-update.ts";
import { openStrategy } from "../strategy/strategies.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { AcceptedUpdate } from "../workflow/round-records.ts";
import type { Task } from "./participants.ts";

/** What a strategy goes on from after a round. */
export interface StrategyState {
  readonly vectors: Vectors;
  /** The last update of each client that was accepted: what it kept then counts. */
  readonly accepted: Readonly<Record<string, AcceptedUpdate>>;
}

/** A global model, and what the strategy goes on from with it. */
export interface ModelWithState {
  readonly parameters: Float32Array;
  readonly state: StrategyState;
}

interface ReceivedUpdate extends ClientUpdate {
  readonly task: Task;
  readonly keptSha256?: string | undefined;
}

/**
 * The model that a round makes of its updates: AggregateRound writes it, and fedstep verify makes it again.
 * @throws AggregationImpossible
 */
export function nextModelOf(
  { config, clients }: Pick<Plan, "config" | "clients">,
  round: number,
  before: ModelWithState,
  received: readonly ReceivedUpdate[],
): ModelWithState {
  const updates = received.filter(({ task }) => task === "train");
  const { parameters, state: vectors } = openStrategy(config.federation.strategy).aggregate({
    global: before.parameters,
    state: before.state.vectors,
    updates,
    momentum: config.training.momentum,
    federationExamples: clients.reduce((sum, { train }) => sum + train, 0),
  });
  const ofRound = updates.map(({ client, keptSha256 }) => [client, { round, keptSha256 }] as const);
  return {
    parameters,
    state: { vectors, accepted: { ...before.state.accepted, ...Object.fromEntries(ofRound) } },
  };
}
