import { describe, expect, it } from "vitest";
import type { Examples } from "../../../shared/dataset/examples.ts";
import { parameterCount } from "../../../shared/model/parameters.ts";
import type { ModelSpec } from "../../../shared/model/spec.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { clippedSumSensitivity } from "../../../shared/privacy/sensitivity.ts";
import { randomStream } from "../../../shared/random.ts";
import { mlpOf } from "../model/mlp-of.ts";
import { situation } from "../model/situation.ts";

/** Data sets that somebody might think of, to have a single example change a sum by more than the clip. */
const adversarial: [
  string,
  ModelSpec,
  (spec: ModelSpec, count: number) => { start: Float32Array; examples: Examples },
][] = [
  ["pictures", mlpOf(60, [24], 10), (spec, count) => situation(spec, count, "sparse bytes", 21)],
  [
    "dense numbers, no hidden layer",
    mlpOf(30, [], 4),
    (spec, count) => situation(spec, count, "dense floats", 22),
  ],
  [
    "magnitudes from 1e-38 to 1e38",
    mlpOf(20, [8], 3),
    (spec, count) => scaledBy(spec, count, (row, feature) => 10 ** (((row * 7 + feature * 13) % 77) - 38)),
  ],
  [
    "everybody alike, so that all rounding is in one direction",
    mlpOf(20, [8], 3),
    (spec, count) => scaledBy(spec, count, (_, feature) => 1 + feature / 3, true),
  ],
  [
    "a model whose weights are huge",
    mlpOf(20, [8, 8], 3),
    (spec, count) => {
      const given = situation(spec, count, "dense floats", 23);
      return { ...given, start: given.start.map((w) => 1e9 * w) };
    },
  ],
];

function scaledBy(
  spec: ModelSpec,
  count: number,
  by: (row: number, feature: number) => number,
  alike = false,
) {
  const given = situation(spec, count, "dense floats", 24);
  const { features } = given.examples;
  const x = Float32Array.from(given.examples.x, (value, i) => {
    const [row, feature] = [Math.floor(i / features), i % features];
    return (alike ? 1 : value) * by(row, feature);
  });
  return {
    start: given.start,
    examples: { ...given.examples, x, ...(alike && { y: new Int32Array(count) }) },
  };
}

describe.each([1, 0.003, 1e6])("what an example changes of a sum clipped to %d", (clip) => {
  it.each(adversarial)("is at most the sensitivity: %s", async (_, spec, made) => {
    const unit = 2 ** Math.floor(Math.log2(clip)) * 2 ** -20;
    const { start, examples } = made(spec, 150);
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const prepared = trainer.prepare(examples);
    const most = clippedSumSensitivity({ clip, unit }, parameterCount(spec)) / unit;
    let largest = 0;
    // among them sizes at which a microbatch becomes one too many
    for (const size of [1, 30, 64, 65, 66, 129, 150]) {
      const stream = randomStream(size, "demo");
      const shuffled = Array.from({ length: 150 }, (_, row) => row).sort(() => stream.unit() - 0.5);
      const rows = Uint32Array.from(shuffled.slice(0, size)).sort();
      const { sum } = await trainer.clippedSum(start, prepared, rows, { clip, unit });
      for (const gone of rows) {
        const neighbour = rows.filter((row) => row !== gone);
        const { sum: without } = await trainer.clippedSum(start, prepared, neighbour, { clip, unit });
        let squares = 0;
        for (let k = 0; k < sum.length; k++) squares += ((sum[k] as number) - (without[k] as number)) ** 2;
        largest = Math.max(largest, Math.sqrt(squares));
      }
    }
    expect(largest).toBeLessThanOrEqual(most);
    // and of gradients longer than the clip just about that
    if (clip <= 0.003) expect(largest).toBeGreaterThan(0.99 * (clip / unit));
  });
});

it("holds for gradients that are less than normal numbers once they are scaled", async () => {
  const spec = mlpOf(40, [], 3);
  const trainer = await openTrainer("kernel", spec, { kind: "classification" });
  const x = new Float32Array(40).fill(1e38);
  const prepared = trainer.prepare({ x, y: Int32Array.of(0), count: 1, features: 40 });
  // deltas near 1, and of 1e-7, whose share of the clip is a normal number where they are none
  for (const bias of [0, 16]) {
    const start = new Float32Array(parameterCount(spec));
    start[40 * 3] = bias;
    for (let share = 0.25; share < 16; share *= 1.05) {
      const options = { clip: share * 2 ** -20, unit: 2 ** -40 };
      const { sum } = await trainer.clippedSum(start, prepared, Uint32Array.of(0), options);
      const most = clippedSumSensitivity(options, start.length) / options.unit;
      expect(Math.hypot(...sum)).toBeLessThanOrEqual(most);
    }
  }
});

describe("the sensitivity", () => {
  it("is the clip, a part in two thousand for float32, and half a grid's cell for each of three microbatches", () => {
    const parameters = 25_450;
    expect(clippedSumSensitivity({ clip: 2, unit: 2 ** -100 }, parameters) / 2 - 1).toBeCloseTo(4.9e-4, 5);
    const [coarse, fine] = [2 ** -4, 2 ** -100].map((unit) =>
      clippedSumSensitivity({ clip: 2, unit }, parameters),
    );
    expect((coarse as number) - (fine as number)).toBeCloseTo((1.5 * Math.sqrt(parameters)) / 16, 6);
  });
});
