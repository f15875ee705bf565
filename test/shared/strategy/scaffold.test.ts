import { describe, expect, test } from "vitest";
import type { ClientUpdate, LocalTraining } from "../../../shared/client/update.ts";
import type { Vectors } from "../../../shared/model/vector-shape.ts";
import { openStrategy, startState } from "../../../shared/strategy/strategies.ts";
import type { Strategy } from "../../../shared/strategy/strategy.ts";
import { disagreeing, optimum, type QuadraticClient, trainQuadratic } from "./quadratic-clients.ts";
import { aggregate, flatLayout, roundOf } from "./rounds.ts";

const total = disagreeing.reduce((sum, { examples }) => sum + examples, 0);

/** Plays rounds of the given clients each, and shows every one's model, server control and client controls. */
async function play(strategy: Strategy, training: LocalTraining, selections: readonly (readonly number[])[]) {
  let global = Float32Array.of(1, -1);
  let state = startState(strategy, flatLayout(2));
  const kept: (Vectors | null)[] = disagreeing.map(() => null);
  const seen: { model: number[]; control: number[]; controls: number[][] }[] = [];
  for (const selection of selections) {
    const updates: ClientUpdate[] = [];
    for (const k of selection) {
      const client = disagreeing[k] as QuadraticClient;
      const done = await trainQuadratic(strategy.client, k, client, global, state, kept[k] ?? null, training);
      kept[k] = done.kept;
      updates.push(done.update);
    }
    const round = roundOf(strategy, global, updates, {
      state,
      momentum: training.momentum,
      federationExamples: total,
    });
    const next = aggregate(strategy, round);
    global = Float32Array.from(next.parameters);
    state = next.state;
    seen.push({
      model: [...global],
      control: [...(state.control ?? [])],
      // what a client keeps before it was in a round counts as zero
      controls: kept.map((own) => [...(own?.control ?? [0, 0])]),
    });
  }
  return seen;
}

/**
 * Algorithm 1 of the paper with weights n_k, one coordinate at a time in float64, where the new control of a client
 * is taken as what option II amounts to: the mean of the gradients that it met, rather than from its change.
 */
function published(eta: number, etaServer: number, selections: readonly (readonly number[])[]) {
  const x = [1, -1];
  const c = [0, 0];
  const own = disagreeing.map(() => [0, 0]);
  return selections.map((selection) => {
    for (const i of [0, 1]) {
      const weight = selection.reduce((sum, k) => sum + (disagreeing[k]?.examples ?? NaN), 0);
      let [step, shift] = [0, 0];
      for (const k of selection) {
        const { examples, steps, curvature, centre } = disagreeing[k] as QuadraticClient;
        let [y, met] = [x[i] ?? NaN, 0];
        for (let s = 0; s < steps; s++) {
          const gradient = (curvature[i] ?? NaN) * (y - (centre[i] ?? NaN));
          met += gradient / steps;
          y -= eta * (gradient - (own[k]?.[i] ?? NaN) + (c[i] ?? NaN));
        }
        step += (examples / weight) * (y - (x[i] ?? NaN));
        shift += (examples / total) * (met - (own[k]?.[i] ?? NaN));
        (own[k] as number[])[i] = met;
      }
      x[i] = (x[i] ?? NaN) + etaServer * step;
      c[i] = (c[i] ?? NaN) + shift;
    }
    return { model: [...x], control: [...c], controls: own.map((control) => [...control]) };
  });
}

const selections = [[0, 1, 2], [1], [0, 2], [0, 1], [2], [0, 1, 2]];

describe("SCAFFOLD", () => {
  test.each([1, 0.5])(
    "with the server's rate %d takes the steps of its published algorithm",
    async (learningRate) => {
      const strategy = openStrategy({ name: "SCAFFOLD", learningRate });
      const found = await play(strategy, { learningRate: 0.05, momentum: 0 }, selections);
      const expected = published(0.05, learningRate, selections);
      const numbers = (seen: typeof expected) =>
        seen.flatMap(({ model, control, controls }) => [...model, ...control, ...controls.flat()]);
      numbers(found).forEach((value, i) => {
        expect(Math.abs(value - (numbers(expected)[i] ?? NaN))).toBeLessThan(1e-5);
      });
      // all of them have moved, so that the comparison says something
      expect(Math.min(...numbers(found.slice(-1)).map(Math.abs))).toBeGreaterThan(1e-3);
    },
  );

  test.each([0, 0.9])(
    "keeps the server's control at the clients' weighted mean, momentum %d",
    async (momentum) => {
      const strategy = openStrategy({ name: "SCAFFOLD", learningRate: 1 });
      for (const { control, controls } of await play(
        strategy,
        { learningRate: 0.01, momentum },
        selections,
      )) {
        control.forEach((c, i) => {
          const mean = disagreeing.reduce(
            (sum, one, k) => sum + (one.examples / total) * (controls[k]?.[i] ?? NaN),
            0,
          );
          expect(Math.abs(c - mean)).toBeLessThan(1e-5);
        });
      }
    },
  );

  test.each([0, 0.9])(
    "a slope that never changes is the control, whatever the momentum: %d",
    async (momentum) => {
      const { client } = openStrategy({ name: "SCAFFOLD", learningRate: 1 });
      const slope: QuadraticClient = { examples: 1, steps: 9, curvature: [1e-9], centre: [-3e9] };
      const zero = { control: Float32Array.of(0) };
      const training = { learningRate: 0.1, momentum };
      const { update, kept } = await trainQuadratic(
        client,
        0,
        slope,
        Float32Array.of(0),
        zero,
        null,
        training,
      );
      expect(kept.control?.[0]).toBeCloseTo(3, 5);
      expect(update.sent.change?.[0]).toBeCloseTo(3, 5);
    },
  );

  test.each([0, 0.5])(
    "finds the optimum of clients that drift apart, which FedAvg misses: momentum %d",
    async (momentum) => {
      const training = { learningRate: 0.05, momentum };
      const everyone = Array.from({ length: 300 }, () => [0, 1, 2]);
      const reach = async (strategy: Strategy) =>
        (await play(strategy, training, everyone)).at(-1)?.model ?? [];
      const away = (model: readonly number[]) =>
        Math.hypot(...model.map((w, i) => w - (optimum(disagreeing)[i] ?? NaN)));
      expect(away(await reach(openStrategy({ name: "SCAFFOLD", learningRate: 1 })))).toBeLessThan(1e-4);
      expect(away(await reach(openStrategy({ name: "FedAvg" })))).toBeGreaterThan(0.1);
    },
  );
});
