import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { TrainingOptions } from "../../../shared/model/trainer.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { mlpOf } from "./mlp-of.ts";
import { type InputKind, randomVector, shuffled, situation } from "./situation.ts";

const spec = mlpOf(45, [33, 20], 10);
const kinds: InputKind[] = ["sparse bytes", "sparse floats", "dense bytes", "dense floats"];

const optionsFor = (count: number): TrainingOptions => ({
  learningRate: 0.05,
  batchSize: 7,
  epochs: 6,
  momentum: 0.9,
  weightDecay: 1e-3,
  order: shuffled(count),
  proximal: { mu: 0.1, anchor: randomVector(spec, 3) },
  correction: randomVector(spec, 4, 0.01),
});

describe.each(kinds)("training on %s", (kind) => {
  const { start, examples } = situation(spec, 61, kind, 31);
  const options = optionsFor(examples.count);

  it("gives the same bits in another trainer, after other work", async () => {
    const first = await openTrainer("kernel", spec, { kind: "classification" });
    const second = await openTrainer("kernel", spec, { kind: "classification" });
    const other = second.prepare(situation(spec, 200, "dense floats", 32).examples);
    // an infinite start leaves infinities all over the arena
    await second.train(new Float32Array(start.length).fill(Number.POSITIVE_INFINITY), other, {
      ...options,
      batchSize: 64,
    });
    expect(await second.train(start, second.prepare(examples), options)).toEqual(
      await first.train(start, first.prepare(examples), options),
    );
  });

  it("gives the same bits however the epochs are split into calls", async () => {
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const prepared = trainer.prepare(examples);
    const whole = await trainer.train(start, prepared, options);
    for (const split of [
      [1, 5],
      [2, 2, 2],
      [1, 1, 1, 1, 1, 1],
    ]) {
      let parameters = start;
      let velocity: Float32Array | undefined;
      let done = 0;
      let steps = 0;
      for (const epochs of split) {
        const from = done;
        const part = await trainer.train(parameters, prepared, {
          ...options,
          epochs,
          order: (epoch) => options.order(from + epoch),
          ...(velocity && { velocity }),
        });
        ({ parameters, velocity } = part);
        steps += part.steps;
        done += epochs;
      }
      expect({ parameters, velocity, steps }).toEqual({
        parameters: whole.parameters,
        velocity: whole.velocity,
        steps: whole.steps,
      });
    }
  });

  it("never writes to what it was given", async () => {
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const given = { ...options, velocity: randomVector(spec, 5) };
    const copies = structuredClone([start, examples, given.proximal, given.correction, given.velocity]);
    const prepared = trainer.prepare(examples);
    await trainer.train(start, prepared, given);
    await trainer.evaluate(start, prepared);
    expect([start, examples, given.proximal, given.correction, given.velocity]).toEqual(copies);
  });
});

describe("the bits themselves", () => {
  // from this kernel on x86-64; any other machine, core count or version of V8 must give the same
  it.each([
    ["sparse bytes", "47d79134f9d50fb71798d33c4fd429fdfe5c4affed5365b278b9f5a7fd0cf19e"],
    ["dense floats", "49e5a85ebd8c03613280c6e773edac8fb398f94b5651f9bafbe21c76894e8915"],
  ] as const)("are pinned for %s", async (kind, expected) => {
    const { start, examples } = situation(spec, 500, kind, 41);
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const { parameters } = await trainer.train(start, trainer.prepare(examples), {
      ...optionsFor(examples.count),
      learningRate: 0.01,
    });
    expect(createHash("sha256").update(parameters).digest("hex")).toBe(expected);
  });
});
