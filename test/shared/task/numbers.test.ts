import { describe, expect, test } from "vitest";
import type { Examples } from "../../../shared/dataset/examples.ts";
import type { MlpSpec } from "../../../shared/model/mlp/dense-layers.ts";
import { mlpOutputs } from "../../../shared/model/mlp/outputs.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { randomStream } from "../../../shared/random.ts";
import type { TaskSettings } from "../../../shared/task/tasks.ts";
import { distance } from "../model/reference.ts";

const targets = { mean: 40, deviation: 8 };
const spec: MlpSpec = { kind: "mlp", features: 4, hidden: [5], outputs: 1 };
const parameters = 4 * 5 + 5 + 5 + 1;

function situation() {
  const draw = randomStream(3, "start");
  const count = 19;
  const x = Float32Array.from({ length: count * spec.features }, () => 2 * draw.unit() - 1);
  // something to learn, a zero among them
  const y = Float32Array.from({ length: count }, (_, row) =>
    row === 0 ? 0 : Math.round(40 + 25 * (x[row * spec.features] ?? NaN) + 6 * draw.unit()),
  );
  const examples: Examples = { x, y, count, features: spec.features };
  return { examples, start: Float32Array.from({ length: parameters }, () => draw.unit() - 0.5) };
}

const halfDeviance = (rate: number, y: number) => (y > 0 ? y * Math.log(y / rate) : 0) - (y - rate);

/** Of each task: an example's loss as told and as it is descended, of an output and a target, in float64. */
const losses: Record<
  string,
  { told(z: number, y: number): number; descended(z: number, y: number): number }
> = {
  regression: {
    told: (z, y) => (targets.mean + targets.deviation * z - y) ** 2,
    descended: (z, y) => (z - (y - targets.mean) / targets.deviation) ** 2,
  },
  poisson: {
    told: (z, y) => halfDeviance(targets.mean * Math.exp(z), y),
    descended: (z, y) => halfDeviance(targets.mean * Math.exp(z), y) / targets.mean,
  },
};

const cases = Object.keys(losses).flatMap((kind) =>
  (["kernel", "tfjs"] as const).map((trainer) => ({ kind, trainer })),
);

describe.each(cases)("$kind by $trainer", ({ kind, trainer: name }) => {
  const open = () => openTrainer(name, spec, { kind } as TaskSettings, { fit: { targets } });
  const { examples, start } = situation();
  const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
  const { told, descended } = losses[kind] as NonNullable<(typeof losses)[string]>;
  const lossAt = (vector: Float64Array, of: typeof told) =>
    Array.from(all, (row) => {
      const x = Float64Array.from(examples.x.subarray(row * spec.features, (row + 1) * spec.features));
      // mlpOutputs reads it element by element
      const [z = NaN] = mlpOutputs(spec, vector as unknown as Float32Array, x);
      return of(z, examples.y[row] ?? NaN);
    }).reduce((sum, loss) => sum + loss, 0);

  test("descends along the slope of its loss, and tells it in the targets' unit", async () => {
    const trainer = await open();
    const { velocity, lossSum } = await trainer.train(start, trainer.prepare(examples), {
      ...{ learningRate: 0.1, batchSize: 19, epochs: 1, momentum: 0.9, weightDecay: 0 },
      order: () => all,
    });
    const h = 1e-5;
    const slope = Float64Array.from(start, (_, k) => {
      const moved = (by: number) => Float64Array.from(start, (w, i) => (i === k ? w + by : w));
      return (lossAt(moved(h), descended) - lossAt(moved(-h), descended)) / (2 * h * examples.count);
    });
    expect(distance(velocity, slope)).toBeLessThan(1e-5);
    expect(lossSum / lossAt(Float64Array.from(start), told)).toBeCloseTo(1, 5);
  });

  test("evaluates to the same loss, and to sums of parts that add up", async () => {
    const trainer = await open();
    const { lossSum } = await trainer.evaluate(start, trainer.prepare(examples));
    expect(lossSum / lossAt(Float64Array.from(start), told)).toBeCloseTo(1, 5);
  });

  test("learns: forty epochs end well below where they began", async () => {
    const trainer = await open();
    const prepared = trainer.prepare(examples);
    const before = (await trainer.evaluate(start, prepared)).lossSum;
    const { parameters } = await trainer.train(start, prepared, {
      ...{ learningRate: 0.05, batchSize: 4, epochs: 40, momentum: 0, weightDecay: 0 },
      order: () => all,
    });
    expect((await trainer.evaluate(parameters, prepared)).lossSum).toBeLessThan(0.6 * before);
  });
});
