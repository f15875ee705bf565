import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStrategy } from "../../../shared/strategy/strategies.ts";
import { aggregate, roundOf, rounds, update } from "./rounds.ts";

const fedAvg = openStrategy({ name: "FedAvg" });
const average = (...updates: ReturnType<typeof update>[]) =>
  aggregate(fedAvg, roundOf(fedAvg, new Float32Array(updates[0]?.parameters.length ?? 0).fill(9), updates))
    .parameters;

describe("FedAvg", () => {
  test("weights the models by their examples: by hand", () => {
    // (1*1 + 3*5) / 4 and (1*-2 + 3*2) / 4
    expect([...average(update(0, [1, -2]), update(1, [5, 2], { examples: 3 }))]).toEqual([4, 1]);
  });

  test("with one client is that client, bit for bit", () => {
    fc.assert(
      fc.property(rounds(fedAvg), (round) => {
        const [only] = round.updates;
        if (!only) throw new Error("a round has an update");
        expect(aggregate(fedAvg, { ...round, updates: [only] }).parameters).toEqual(only.parameters);
      }),
    );
  });

  test("a client counted twice is a client with twice the examples", () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 });
    const count = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(value, value, count, count, (a, b, n, m) => {
        const one = update(0, [a], { examples: n });
        const other = update(1, [b], { examples: m });
        const twice = average(one, { ...one, client: 2 }, other);
        const double = average({ ...one, examples: 2 * n }, other);
        expect(twice[0]).toBeCloseTo(double[0] as number, 5);
      }),
    );
  });
});
