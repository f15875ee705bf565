import type { ClientUpdate, LocalTraining } from "../client/update.ts";
import { type Drift, driftFrom } from "../metrics/drift.ts";
import { learningRateAt } from "../model/learning-rate.ts";
import type { Vectors } from "../model/vector-shape.ts";
import type { Release } from "../privacy/clients/release.ts";
import { strategyOf } from "../privacy/clients/strategy-of.ts";
import { type OpenReduction, openReduction } from "../strategy/open-reduction.ts";
import { beyondRange } from "../strategy/range.ts";
import type { ServerStart, Strategy } from "../strategy/strategy.ts";
import { type NormBound, normBoundOf } from "../update/norm-bound.ts";
import type { UpdateStage } from "../update/stage.ts";
import { backThroughStages, sumBeforeStages } from "../update/staged.ts";
import { openStages } from "../update/stages.ts";
import type { AcceptedUpdate } from "../workflow/round-records.ts";
import { type StartPlan, serverStartOf } from "./server-start.ts";

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

/** What a round of training starts from. */
export interface RoundStart extends ModelWithState {
  /** Number of the execution whose updates come in. */
  readonly attempt: number;
  /** The global model a round earlier; null where the run has none. */
  readonly previous: Float32Array | null;
  /** Of the updates that the round before accepted. */
  readonly medianNorm: number | null;
}

interface ReceivedUpdate extends ClientUpdate {
  readonly keptSha256?: string | undefined;
}

/**
 * A round of training that takes its updates in as they come, in any order, and is left with the next model: AggregateRound
 * writes it, and fedstep verify makes it again. Each update is examined by itself, and only its figures are held where the
 * strategy is a sum.
 */
export class OpenRound {
  /** How far an update, which has the right shape and is finite, has moved from the global model. */
  readonly drift: (parameters: Float32Array) => Drift;
  readonly #round: number;
  readonly #attempt: number;
  readonly #strategy: Strategy;
  readonly #stages: readonly UpdateStage[];
  readonly #start: ServerStart;
  readonly #training: LocalTraining;
  readonly #bound: NormBound;
  readonly #reduction: OpenReduction;
  readonly #accepted: Record<string, AcceptedUpdate>;

  constructor(plan: StartPlan, round: number, start: RoundStart) {
    const { attempt, parameters, previous, state, medianNorm } = start;
    const { training, federation } = plan.config;
    this.#round = round;
    this.#attempt = attempt;
    this.#strategy = strategyOf(plan.config);
    this.#start = serverStartOf(plan, parameters, state.vectors);
    this.#training = { ...training, learningRate: learningRateAt(training, round) };
    this.#bound = normBoundOf(federation.normBound, parameters, medianNorm);
    this.#stages = openStages(federation.update);
    this.#reduction = openReduction(this.#strategy, this.#start, (sums) =>
      sumBeforeStages(this.#stages, sums, this.#start),
    );
    this.#accepted = { ...state.accepted };
    this.drift = driftFrom(parameters, previous);
  }

  /**
   * What speaks against an update that has the right shape and is finite; undefined where nothing does.
   * @param drift null where it has no model
   */
  refute(update: ClientUpdate, drift: Drift | null): string | undefined {
    const { global, layout, state } = this.#start;
    const { most, because } = this.#bound;
    const norm = drift?.norm ?? 0;
    if (norm > most) {
      return `its update has norm ${norm}, and ${most} is the most that is accepted: ${because}`;
    }
    const { update: received, problem } = backThroughStages(this.#stages, update, this.#start);
    // what a stage has undone may be longer than what was sent
    const known = received === update ? norm : Infinity;
    const start = { global, layout, received: state, training: this.#training };
    return (
      problem ??
      beyondRange(this.#strategy, global, received, known) ??
      this.#strategy.client.refute?.(start, received)
    );
  }

  /** Takes in an update that nothing speaks against. */
  take(update: ReceivedUpdate): void {
    this.#reduction.add(backThroughStages(this.#stages, update, this.#start).update);
    this.#accepted[update.client] = {
      round: this.#round,
      attempt: this.#attempt,
      keptSha256: update.keptSha256,
    };
  }

  /**
   * @param release makes of the round's sums what may be told, where it hides its clients
   * @throws AggregationImpossible or TrainingDiverged
   */
  finish(release?: Release): ModelWithState {
    const { parameters, state: vectors } = this.#reduction.finish(release);
    return { parameters, state: { vectors, accepted: this.#accepted } };
  }
}
