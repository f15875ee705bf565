import { describe, expect, test } from "vitest";
import { openStrategy, type StrategySettings, startState } from "../../../shared/strategy/strategies.ts";
import { aggregate, drawnUpdates, flatLayout, roundOf, stream } from "./rounds.ts";

/**
 * Each server optimizer against its published formula, recomputed coordinate by coordinate in float64 that is never
 * rounded between rounds, as recursions over the history of changes. Eight rounds, three clients.
 */
const [roundsPlayed, clients, length] = [8, 3, 6];

/** By coordinate: the clients' averaged change in every round so far, the newest last; gives the next step. */
type Reference = (changes: readonly number[]) => number;

/** sum_j beta^j x_(t - j), the newest weighing 1. */
const discounted = (values: readonly number[], beta: number) =>
  values.reduce((sum, value, i) => sum + value * beta ** (values.length - 1 - i), 0);

const squares = (changes: readonly number[]) => changes.map((change) => change ** 2);

const adam =
  (eta: number, b1: number, tau: number, v: (changes: readonly number[]) => number): Reference =>
  (changes) =>
    (eta * (1 - b1) * discounted(changes, b1)) / (v(changes) ** 0.5 + tau);

const cases: readonly [StrategySettings, Reference][] = [
  [{ name: "FedAvgM", momentum: 0.9, learningRate: 1 }, (changes) => discounted(changes, 0.9)],
  [{ name: "FedAvgM", momentum: 0.6, learningRate: 0.25 }, (changes) => 0.25 * discounted(changes, 0.6)],
  [
    { name: "FedAdagrad", learningRate: 0.1, beta1: 0, tau: 0.05 },
    adam(0.1, 0, 0.05, (changes) => squares(changes).reduce((sum, square) => sum + square, 0.05 ** 2)),
  ],
  [
    { name: "FedAdagrad", learningRate: 0.5, beta1: 0.7, tau: 1e-3 },
    adam(0.5, 0.7, 1e-3, (changes) => squares(changes).reduce((sum, square) => sum + square, 1e-6)),
  ],
  [
    { name: "FedAdam", learningRate: 0.2, beta1: 0.9, beta2: 0.99, tau: 0.1 },
    adam(
      0.2,
      0.9,
      0.1,
      (changes) => 0.01 * discounted(squares(changes), 0.99) + 0.01 * 0.99 ** changes.length,
    ),
  ],
  [
    { name: "FedAdam", learningRate: 0.05, beta1: 0.5, beta2: 0.8, tau: 1e-3 },
    adam(
      0.05,
      0.5,
      1e-3,
      (changes) => 0.2 * discounted(squares(changes), 0.8) + 1e-6 * 0.8 ** changes.length,
    ),
  ],
  [
    { name: "FedYogi", learningRate: 0.2, beta1: 0.9, beta2: 0.7, tau: 0.1 },
    adam(0.2, 0.9, 0.1, yogi(0.7, 0.01)),
  ],
  [{ name: "FedYogi", learningRate: 0.03, beta1: 0, beta2: 0.6, tau: 1 }, adam(0.03, 0, 1, yogi(0.6, 1))],
];

/** Yogi moves v by (1 - beta2) Delta^2 up or down, whatever the distance; both ways must occur to be tested. */
function yogi(beta2: number, start: number) {
  return (changes: readonly number[]) =>
    squares(changes).reduce((v, square) => {
      yogiTurns.add(v > square ? "down" : "up");
      return v > square ? v - (1 - beta2) * square : v + (1 - beta2) * square;
    }, start);
}
const yogiTurns = new Set<string>();

describe.each(cases.map((one) => [JSON.stringify(one[0]), ...one] as const))("%s", (_, settings, step) => {
  test("takes the steps of its published formula", () => {
    const strategy = openStrategy(settings);
    const drawn = stream(23);
    let global = Float32Array.from({ length }, () => drawn.unit() - 0.5);
    let state = startState(strategy, flatLayout(length));
    const model = [...global];
    const changes: number[][] = model.map(() => []);

    for (let round = 0; round < roundsPlayed; round++) {
      const updates = drawnUpdates(drawn, clients, length);
      const total = updates.reduce((sum, { examples }) => sum + examples, 0);
      model.forEach((w, i) => {
        const mean = updates.reduce(
          (sum, one) => sum + (one.examples / total) * (one.parameters[i] ?? NaN),
          0,
        );
        changes[i]?.push(mean - w);
        model[i] = w + step(changes[i] ?? []);
      });
      const next = aggregate(strategy, roundOf(strategy, global, updates, { state }));
      global = Float32Array.from(next.parameters);
      state = next.state;
      global.forEach((w, i) => {
        expect(Math.abs(w - (model[i] ?? NaN))).toBeLessThan(3e-6);
      });
    }
    // the comparison says something only if the model went somewhere
    expect(Math.max(...changes.flat().map(Math.abs))).toBeGreaterThan(0.3);
  });
});

test("the rounds of FedYogi moved v both ways", () => {
  expect([...yogiTurns].sort()).toEqual(["down", "up"]);
});
