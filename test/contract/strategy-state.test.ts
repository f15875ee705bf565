import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vectors } from "../../shared/model/vector-shape.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Aggregation, Round, Strategy } from "../../shared/strategy/strategy.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { aggregate, drawnUpdates, roundOf, rounds, stream } from "../shared/strategy/rounds.ts";
import { everyStrategy, runs } from "./every-strategy.ts";

describe.each(everyStrategy)("%s", (_, settings) => {
  const strategy = openStrategy(settings);

  test("nothing that goes in is written to or passed on", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const before = structuredClone(round);
        const { parameters, state } = aggregate(strategy, round);
        expect(round).toEqual(before);
        const inside = [
          round.global,
          ...Object.values(round.state),
          ...round.updates.flatMap((one) => [one.parameters, ...Object.values(one.sent)]),
        ].map(({ buffer }) => buffer);
        for (const { buffer } of [parameters, ...Object.values(state)]) expect(inside).not.toContain(buffer);
      }),
      runs,
    );
  });

  test("stored after each round and opened anew, it goes on bit for bit", () => {
    const straight = play(strategy, ({ state }) => state);
    const resumed = play(
      () => openStrategy(settings),
      ({ state }) => stored(state),
    );
    expect(resumed).toEqual(straight);
    const forgetful = play(strategy, (_, start) => start);
    const stateful = Object.keys(strategy.state).length > 0;
    expect(isDeepStrictEqual(forgetful, straight)).toBe(!stateful);
  });

  test("keeps the vectors that it names, as long as the model", () => {
    const { state, parameters } = aggregate(
      strategy,
      fc.sample(rounds(strategy), { numRuns: 1, seed: 1 })[0] as Round,
    );
    expect(Object.keys(state)).toEqual(Object.keys(strategy.state));
    for (const vector of Object.values(state)) {
      expect(vector).toBeInstanceOf(Float32Array);
      expect(vector).toHaveLength(parameters.length);
    }
  });
});

/** Five rounds with the same updates each time the strategy is the same; returns every model and the last state. */
function play(
  opened: Strategy | (() => Strategy),
  carry: (next: Aggregation, start: Vectors) => Vectors,
): unknown[] {
  const open = typeof opened === "function" ? opened : () => opened;
  const drawn = stream(11);
  let global = Float32Array.from({ length: 7 }, () => drawn.unit());
  const start = roundOf(open(), global, []).state;
  let state = start;
  const seen: unknown[] = [];
  for (let round = 0; round < 5; round++) {
    const strategy = open();
    const updates = drawnUpdates(drawn, strategy.needs.updates + 2, global.length);
    const next = aggregate(strategy, roundOf(strategy, global, updates, { state }));
    seen.push(next);
    global = Float32Array.from(next.parameters);
    state = carry(next, start);
  }
  return seen;
}

/** As it comes back from the bucket. */
function stored(state: Vectors): Vectors {
  const tensors = Object.entries(state).map(([name, data]) => ({ name, shape: [data.length], data }));
  const { tensors: read } = decodeSafetensors(encodeSafetensors(tensors));
  return Object.fromEntries([...read].map(([name, { data }]) => [name, data as Float32Array]));
}
