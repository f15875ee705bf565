import type { Config } from "../config/schema.ts";
import { distanceOf } from "../metrics/drift.ts";
import { learningRateAt } from "../model/learning-rate.ts";
import type { ClientUpdate, Vectors } from "../strategy/client-update.ts";
import type { Strategy } from "../strategy/strategy.ts";
import { normBoundOf } from "./norm-bound.ts";

/** What a round starts from, and its updates are held against. */
export interface RoundStart {
  readonly global: Float32Array;
  /** The strategy's. */
  readonly state: Vectors;
  /** Of the updates that the round before accepted. */
  readonly medianNorm: number | null;
}

/**
 * The check of updates that have the right shape and are finite, each by itself, so that it can be done as they come in.
 * AggregateRound and fedstep verify decide by it.
 * @returns what speaks against the update, or undefined
 */
export function againstStart(
  { training, federation }: Config,
  strategy: Strategy,
  round: number,
  { global, state, medianNorm }: RoundStart,
): (update: ClientUpdate) => string | undefined {
  const bound = normBoundOf(federation.normBound, global, medianNorm);
  const begun = {
    global,
    received: state,
    training: { ...training, learningRate: learningRateAt(training, round) },
  };
  return (update) => {
    const norm = distanceOf(update.parameters, global);
    if (norm <= bound.most) return strategy.client.refute(begun, update);
    return `its update has norm ${norm}, and ${bound.most} is the most that is accepted: ${bound.because}`;
  };
}
