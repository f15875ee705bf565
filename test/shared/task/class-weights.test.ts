import { describe, expect, test } from "vitest";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { fittedWeights } from "../../../shared/task/class-weights.ts";
import { mlpOf } from "../model/mlp-of.ts";
import { distance, lossAndGradient } from "../model/reference.ts";
import { situation } from "../model/situation.ts";

describe("class weights", () => {
  const data = { name: "d", classes: 2, targets: undefined };

  test("balanced are n / (classes x n_c), with mean 1 over the training examples", () => {
    expect(fittedWeights("balanced", { ...data, trainLabels: [30, 10] })).toEqual([40 / 60, 2]);
    expect(fittedWeights("balanced", { ...data, trainLabels: [40, 0] })).toEqual([0.5, 0]);
    expect(fittedWeights("none", { ...data, trainLabels: [30, 10] })).toBeUndefined();
    expect(() => fittedWeights("balanced", { ...data, trainLabels: undefined })).toThrow(/an owner keeps/);
    expect(() => fittedWeights([1, 2, 3], { ...data, trainLabels: [1, 1] })).toThrow(
      /^task\.classWeights: 3 numbers, and d has 2 classes; /,
    );
  });

  const cases = (["kernel", "tfjs"] as const).flatMap((trainer) =>
    ([2, 5] as const).map((classes) => ({ trainer, classes })),
  );
  test.each(cases)(
    "make $trainer descend the weighted loss of $classes classes, in float64's direction",
    async (of) => {
      const spec = mlpOf(7, [6], of.classes);
      const { start, examples } = situation(spec, 23, "dense floats", 4);
      const classWeights = Array.from({ length: of.classes }, (_, label) => 0.25 + 1.5 * label);
      const kind = of.classes === 2 ? "binary" : "classification";
      const settings = kind === "binary" ? binary : { kind: "classification" as const };
      const trainer = await openTrainer(of.trainer, spec, settings, { fit: { positive: 1, classWeights } });
      const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
      const prepared = trainer.prepare(examples);
      const { velocity, lossSum } = await trainer.train(start, prepared, {
        ...{ learningRate: 0.1, batchSize: 23, epochs: 1, momentum: 0.9, weightDecay: 0 },
        order: () => all,
      });
      // example by example, each as often as its class weighs
      const expected = new Float64Array(start.length);
      let expectedLoss = 0;
      let plainLoss = 0;
      for (const row of all) {
        const one = lossAndGradient(spec, start, examples, [row]);
        const weight = classWeights[examples.y[row] ?? -1] ?? NaN;
        expectedLoss += weight * one.lossSum;
        plainLoss += one.lossSum;
        one.gradient.forEach((g, k) => {
          expected[k] = (expected[k] ?? NaN) + (weight * g) / examples.count;
        });
      }
      expect(distance(velocity, expected)).toBeLessThan(1e-5);
      expect(lossSum).toBeCloseTo(expectedLoss, 3);
      expect(expectedLoss).not.toBeCloseTo(plainLoss, 0);
      // an evaluation counts every example alike
      expect((await trainer.evaluate(start, prepared)).lossSum).toBeCloseTo(plainLoss, 3);
    },
  );

  test("of one leave the bits that a run without weights has", async () => {
    const spec = mlpOf(7, [6], 3);
    const { start, examples } = situation(spec, 23, "dense floats", 4);
    const trained = async (fit: object) => {
      const trainer = await openTrainer("kernel", spec, { kind: "classification" }, { fit });
      const order = () => Uint32Array.from({ length: 23 }, (_, row) => row);
      const options = { learningRate: 0.1, batchSize: 8, epochs: 3, momentum: 0, weightDecay: 0, order };
      return (await trainer.train(start, trainer.prepare(examples), options)).parameters;
    };
    expect(await trained({ classWeights: [1, 1, 1] })).toEqual(await trained({}));
  });
});

const binary = { kind: "binary", positive: null, threshold: "youden", classWeights: "none" } as const;
