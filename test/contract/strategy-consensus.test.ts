import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Strategy } from "../../shared/strategy/strategy.ts";
import { aggregate, roundOf, rounds, update } from "../shared/strategy/rounds.ts";
import { everyStrategy, first, runs, testIf, unanimous } from "./every-strategy.ts";

/** The server takes a step along the averaged change, so its clients' model is not where it arrives. */
const stepping = new Set(["FedAvgM", "FedAdagrad", "FedAdam", "FedYogi"]);

/** Any float32 of up to a thousand, subnormal ones among them. */
const anyVector = fc
  .array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 4, maxLength: 4 })
  .map((values) => Float32Array.from(values));

/** FedNova divides by each client's steps, which float64 rounds: its sums of multiples of 2^-13 are so to within 2^-40. */
const settled = ({ name }: Strategy, values: Float32Array) =>
  name === "FedNova"
    ? values.map((value) => Math.round(value * 2 ** 24) / 2 ** 24 + 0)
    : values.map((value) => value + 0);

/** -0 and 0 are one number, as they are to the model. */
const numbers = (values: Float32Array) => Array.from(values, (value) => value + 0);

describe.each(everyStrategy)("%s", (_, settings) => {
  const strategy = openStrategy(settings);
  // a server's own step size below 1 stops short of the mean
  const arrives =
    !stepping.has(strategy.name) && !("learningRate" in settings && settings.learningRate !== 1);

  testIf(arrives)("identical updates give that update, bit for bit", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const { parameters } = first(round);
        const next = aggregate(strategy, unanimous(round, parameters)).parameters;
        expect(settled(strategy, next)).toEqual(settled(strategy, parameters));
      }),
      runs,
    );
  });

  testIf(arrives)("one update comes back to within the bound that sums in fixed point have", () => {
    fc.assert(
      fc.property(
        anyVector,
        anyVector,
        fc.integer({ min: 1, max: 100_000 }),
        (global, parameters, examples) => {
          const clients = strategy.needs.updates;
          const sent = { change: new Float32Array(parameters.length) };
          const updates = Array.from({ length: clients }, (_, client) => ({
            ...update(client, [], { examples, sent }),
            parameters,
          }));
          const next = aggregate(strategy, roundOf(strategy, global, updates));
          next.parameters.forEach((value, i) => {
            const [from, to] = [global[i] as number, parameters[i] as number];
            // float64's rounding along the way, then float32's
            const rounding = 2 ** -50 * (Math.abs(from) + Math.abs(to)) + 2 ** -24 * Math.abs(to) + 2 ** -149;
            expect(Math.abs(value - to)).toBeLessThanOrEqual(2 ** -40 + rounding);
          });
        },
      ),
      runs,
    );
  });

  testIf(!arrives)("identical updates move every parameter towards them", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const { parameters } = first(round);
        const next = aggregate(strategy, unanimous(round, parameters)).parameters;
        round.global.forEach((before, i) => {
          const [change, moved] = [(parameters[i] as number) - before, (next[i] as number) - before];
          // a smaller one may be lost in rounding to float32
          if (Math.abs(change) > 1e-4) expect(Math.sign(moved)).toBe(Math.sign(change));
          else expect(moved * change).toBeGreaterThanOrEqual(0);
        });
      }),
      runs,
    );
  });

  test("updates that agree act as one, however many there are", () => {
    fc.assert(
      fc.property(rounds(strategy), fc.nat(3), (round, more) => {
        const { parameters } = first(round);
        const crowd = unanimous(round, parameters);
        const fewer = crowd.updates.slice(0, Math.max(strategy.needs.updates, crowd.updates.length - more));
        const { federationExamples } = roundOf(strategy, round.global, fewer);
        const all = roundOf(strategy, round.global, crowd.updates, { momentum: round.momentum });
        const some = { ...all, updates: fewer, federationExamples, federationClients: fewer.length };
        const [one, other] = [aggregate(strategy, all), aggregate(strategy, some)];
        expect(settled(strategy, one.parameters)).toEqual(settled(strategy, other.parameters));
        expect(one.state).toEqual(other.state);
      }),
      runs,
    );
  });

  test("the global model, sent back by everyone, stays: now and in the round after", () => {
    fc.assert(
      fc.property(rounds(strategy), ({ global, ...round }) => {
        const sent = Object.fromEntries(
          Object.keys(strategy.client.sends.vectors).map((name) => [name, new Float32Array(global.length)]),
        );
        const updates = round.updates.map((one) => ({ ...one, sent, parameters: global }));
        const next = aggregate(strategy, { ...round, global, updates });
        expect(numbers(next.parameters)).toEqual(numbers(global));
        const again = aggregate(strategy, { ...round, global, updates, state: next.state });
        expect(numbers(again.parameters)).toEqual(numbers(global));
      }),
      runs,
    );
  });
});
