import { aggregationImpossible, objectInvalid, trainingDiverged, updateInvalid } from "../errors.ts";
import { allFinite } from "../model/parameters.ts";
import type { Vectors } from "./client-update.ts";
import type { Aggregation, Round, Strategy } from "./strategy.ts";

/**
 * What holds for every strategy, around it: the updates in ascending order of client whatever order they came in, as
 * many of them as it needs, all vectors that it asked for, and a result to go on from.
 *
 * AggregateRound refuses updates with values that are not finite before any of this (UpdateInvalid, and their client
 * counts as silent), and lets finite ones of any size through. The robust strategies need no such help: an infinity
 * or NaN is to them a value like any other outlier.
 *
 * @throws AggregationImpossible where the round has too few updates for the strategy
 * @throws TrainingDiverged where the result holds a value that is not finite
 */
export function guarded(strategy: Strategy): Strategy {
  return {
    ...strategy,
    aggregate(round) {
      assertEnough(strategy, round);
      assertVectors(strategy, round);
      const updates = [...round.updates].sort((a, b) => a.client - b.client);
      const next = strategy.aggregate({ ...round, updates });
      assertFinite(strategy, next);
      return next;
    },
  };
}

function assertEnough({ name, needs }: Strategy, { updates }: Round): void {
  if (updates.length >= needs.updates) return;
  throw aggregationImpossible(
    `${name} takes at least ${needs.updates} updates a round (${needs.because}), and this round has ` +
      `${updates.length}: let more clients take part, raise federation.quorum, or change federation.strategy`,
  );
}

function assertVectors({ state, client }: Strategy, round: Round): void {
  const { length } = round.global;
  const missing = lacking(round.state, Object.keys(state), length);
  if (missing !== undefined) {
    throw objectInvalid(`the strategy's state has no vector ${missing} of ${length} values`);
  }
  for (const update of round.updates) {
    const absent = lacking(update.sent, client.sends, length);
    if (absent !== undefined) {
      throw updateInvalid(`client ${update.client}: its update has no vector ${absent} of ${length} values`);
    }
    if (update.parameters.length !== length) {
      throw updateInvalid(
        `client ${update.client}: its model has ${update.parameters.length} values, the global one ${length}`,
      );
    }
  }
}

function lacking(vectors: Vectors, names: readonly string[], length: number): string | undefined {
  return names.find((name) => vectors[name]?.length !== length);
}

function assertFinite({ name }: Strategy, { parameters, state }: Aggregation): void {
  const bad = Object.entries({ ...state, "global model": parameters }).find(
    ([, values]) => !allFinite(values),
  );
  if (!bad) return;
  throw trainingDiverged(
    `${name}: the ${bad[0]} left the range of numbers; lower training.learningRate or the strategy's own step size`,
  );
}
