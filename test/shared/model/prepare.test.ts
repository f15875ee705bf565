import { describe, expect, it } from "vitest";
import { COMPRESSED_UP_TO, prepareExamples } from "../../../shared/model/kernel/prepared.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { mlpOf } from "./mlp-of.ts";
import { lossAndGradient } from "./reference.ts";
import { randomVector, shuffled, situation } from "./situation.ts";

const spec = mlpOf(10, [6], 3);

/** A hundred values, the first `present` of them not zero. */
function withDensity(present: number) {
  const x = new Uint8Array(100).fill(200, 0, present);
  return { x, y: new Int32Array(10), count: 10, features: 10 };
}

describe("prepared examples", () => {
  it("are compressed up to the measured density and dense beyond", () => {
    const limit = Math.round(100 * COMPRESSED_UP_TO);
    expect(prepareExamples(withDensity(limit), spec).kind).toBe("compressed");
    expect(prepareExamples(withDensity(limit + 1), spec).kind).toBe("plain");
  });

  it("hold, of sparse bytes, four bytes per pair with a value that is not zero", () => {
    // ten rows: an entry per pair and one for the bias, eleven starts, ten labels
    expect(prepareExamples(withDensity(30), spec).bytes).toBe(4 * (15 + 10) + 4 * 11 + 4 * 10);
  });

  it("mean the same by either path: a byte is value / 255", async () => {
    for (const kind of ["sparse bytes", "dense bytes"] as const) {
      const { start, examples } = situation(spec, 40, kind, 71);
      const floats = { ...examples, x: Float32Array.from(examples.x, (byte) => byte / 255) };
      const trainer = await openTrainer("kernel", spec, { kind: "classification" });
      const results = [examples, floats].map((given) =>
        trainer.train(start, trainer.prepare(given), {
          learningRate: 0.1,
          batchSize: 7,
          epochs: 2,
          momentum: 0,
          weightDecay: 0,
          order: shuffled(40),
        }),
      );
      expect(await results[1]).toEqual(await results[0]);
    }
  });

  it("of more features than sixteen bits can count pairs of mean the same", async () => {
    const wide = mlpOf(131_075, [], 2);
    const x = new Uint8Array(2 * wide.features);
    // first and last of either row, and a pair in the middle
    for (const feature of [0, 70_000, 70_001, 131_074]) x.fill(200, feature, feature + 1);
    x.fill(100, wide.features + 131_073, wide.features + 131_075);
    const examples = { x, y: new Int32Array([0, 1]), count: 2, features: wide.features };
    const parameters = randomVector(wide, 81, 1);
    const trainer = await openTrainer("kernel", wide, { kind: "classification" });
    const { lossSum } = await trainer.evaluate(parameters, trainer.prepare(examples));
    const exact = lossAndGradient(wide, parameters, examples, [0, 1]).lossSum;
    expect(Math.abs(lossSum - exact)).toBeLessThan(1e-5 * exact);
  });

  it.each([
    [{ y: new Int32Array([0, 3]) }, "label 3 is not one of 3 classes"],
    [{ y: new Int32Array([0, -1]) }, "label -1 is not one of 3 classes"],
    [
      { y: new Int32Array(3) },
      /2 examples of 10 features expected, got 20 values, 10 per example, and 3 labels/,
    ],
    [{ features: 5, count: 4, y: new Int32Array(4) }, /4 examples of 10 features expected/],
    [{ x: new Uint8Array(19) }, /got 19 values/],
  ])("are refused when they do not belong to the model: %o", async (change, message) => {
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const examples = { x: new Uint8Array(20), y: new Int32Array(2), count: 2, features: 10, ...change };
    expect(() => trainer.prepare(examples)).toThrow(message);
    expect(() => trainer.prepare(examples)).toThrow(expect.objectContaining({ name: "ObjectInvalid" }));
  });

  it("are refused by a trainer that did not prepare them", async () => {
    const other = (await openTrainer("kernel", spec, { kind: "classification" })).prepare(withDensity(30));
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    await expect(trainer.evaluate(new Float32Array(87), other)).rejects.toThrow(/another trainer/);
  });
});

describe("what does not fit the model", () => {
  const options = { learningRate: 0.1, batchSize: 4, epochs: 1, momentum: 0, weightDecay: 0 };

  it("is refused before anything is trained", async () => {
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const prepared = trainer.prepare(withDensity(30));
    const start = new Float32Array(87);
    const rows = (...order: number[]) => ({ ...options, order: () => Uint32Array.from(order) });
    await expect(trainer.train(start, prepared, rows(0, 10))).rejects.toThrow("no row 10 in 10 examples");
    await expect(trainer.train(start.subarray(1), prepared, rows(0))).rejects.toThrow(
      "86 numbers for a model of 87 parameters",
    );
    await expect(
      trainer.train(start, prepared, { ...rows(0), correction: start.subarray(2) }),
    ).rejects.toThrow("85 numbers for a model of 87 parameters");
  });
});
