import { describe, expect, test } from "vitest";
import { openStrategy } from "../../../shared/strategy/strategies.ts";
import type { Strategy } from "../../../shared/strategy/strategy.ts";
import { disagreeing, optimum, trainQuadratic } from "./quadratic-clients.ts";
import { aggregate, drawnUpdates, roundOf, stream } from "./rounds.ts";

const fedNova = openStrategy({ name: "FedNova" });
const fedAvg = openStrategy({ name: "FedAvg" });

describe("FedNova", () => {
  test.each([0, 0.9])(
    "with momentum %d is w - s sum_k p_k d_k, d_k a client's change by its steps",
    (rho) => {
      const drawn = stream(41);
      let global = Float32Array.from({ length: 5 }, () => drawn.unit());
      for (let round = 0; round < 4; round++) {
        const updates = drawnUpdates(drawn, 4, global.length);
        const total = updates.reduce((sum, { examples }) => sum + examples, 0);
        // section 4.2 of the paper, closed form
        const norms = updates.map(
          ({ steps }) => (steps - (rho * (1 - rho ** steps)) / (1 - rho)) / (1 - rho),
        );
        const effective = updates.reduce(
          (sum, { examples }, k) => sum + (examples / total) * (norms[k] ?? NaN),
          0,
        );
        const expected = Array.from(global, (w, i) => {
          const directions = updates.map(
            ({ parameters }, k) => (w - (parameters[i] ?? NaN)) / (norms[k] ?? NaN),
          );
          return (
            w -
            effective * directions.reduce((sum, d, k) => sum + ((updates[k]?.examples ?? NaN) / total) * d, 0)
          );
        });
        const { parameters } = aggregate(fedNova, roundOf(fedNova, global, updates, { momentum: rho }));
        parameters.forEach((w, i) => {
          expect(Math.abs(w / (expected[i] ?? NaN) - 1)).toBeLessThan(2e-7);
        });
        global = Float32Array.from(parameters);
      }
    },
  );

  test("by hand: two clients as heavy, one with three times the steps", () => {
    const of = (client: number, steps: number, w: number) => ({
      client,
      steps,
      examples: 10,
      parameters: Float32Array.of(w),
      sent: {},
    });
    // s = (1 + 3) / 2 = 2, and 8 + 2 (1/2 (7 - 8) / 1 + 1/2 (-4 - 8) / 3) = 3, where FedAvg has 1.5
    const round = (...updates: ReturnType<typeof of>[]) => roundOf(fedNova, Float32Array.of(8), updates);
    expect([...aggregate(fedNova, round(of(0, 1, 7), of(1, 3, -4))).parameters]).toEqual([3]);
  });

  test.each([0, 0.9])("is FedAvg bit for bit where all took as many steps, momentum %d", (momentum) => {
    const drawn = stream(43);
    const global = Float32Array.from({ length: 50 }, () => drawn.unit());
    const updates = drawnUpdates(drawn, 7, 50).map((one) => ({ ...one, steps: 13 }));
    const round = roundOf(fedNova, global, updates, { momentum });
    expect(aggregate(fedNova, round).parameters).toEqual(aggregate(fedAvg, round).parameters);
  });

  test("finds the optimum of clients with unequal steps, which FedAvg misses", async () => {
    const goal = optimum(disagreeing)[0] ?? NaN;
    expect(Math.abs((await settle(fedNova)) - goal)).toBeLessThan(0.01);
    expect(Math.abs((await settle(fedAvg)) - goal)).toBeGreaterThan(0.3);
  });
});

/** The first coordinate after many rounds of small steps, where only the weights of the clients matter. */
async function settle(strategy: Strategy): Promise<number> {
  const training = { learningRate: 2e-4, momentum: 0.5 };
  let global = Float32Array.of(0, 0);
  for (let round = 0; round < 4000; round++) {
    const updates = await Promise.all(
      disagreeing.map((client, k) => trainQuadratic(strategy.client, k, client, global, {}, null, training)),
    );
    const { parameters } = aggregate(
      strategy,
      roundOf(
        strategy,
        global,
        updates.map((one) => one.update),
        { momentum: training.momentum },
      ),
    );
    global = Float32Array.from(parameters);
  }
  return global[0] ?? NaN;
}
