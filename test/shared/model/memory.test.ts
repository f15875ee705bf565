import { describe, expect, it } from "vitest";
import { Arena, ArenaLayout } from "../../../shared/model/kernel/arena.ts";
import { openPrimitives } from "../../../shared/model/kernel/primitives.ts";
import { parameterCount } from "../../../shared/model/parameters.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { mlpOf } from "./mlp-of.ts";
import { shuffled, situation } from "./situation.ts";

const MEBIBYTE = 2 ** 20;
const options = { learningRate: 0.1, epochs: 1, momentum: 0.9, weightDecay: 0 };

describe("the trainer's memory", () => {
  it("is refused beyond the limit, with what is needed, what there is and what to change", async () => {
    const { spec, start, examples } = situation(mlpOf(50, [64], 4), 40, "dense floats", 61);
    const trainer = await openTrainer("kernel", spec, { kind: "classification" }, { memoryLimit: MEBIBYTE });
    const prepared = trainer.prepare(examples);
    const order = () => new Uint32Array(40_000);
    const huge = trainer.train(start, prepared, { ...options, batchSize: 40_000, order });
    await expect(huge).rejects.toMatchObject({ name: "TrainerMemoryExceeded" });
    await expect(huge).rejects.toThrow(
      /^training 50-64-4 in batches of 40000 needs \d{8,} bytes of kernel memory, 1048576 are available: .*smaller batch/,
    );
    // and goes on working
    await trainer.train(start, prepared, { ...options, batchSize: 40, order: shuffled(40) });
  });

  it("is refused for a model that 32-bit addresses do not reach", async () => {
    const spec = mlpOf(1_000_000, [2_000], 10);
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const nothing = { x: new Uint8Array(0), y: new Int32Array(0), count: 0, features: 1_000_000 };
    expect(parameterCount(spec)).toBeGreaterThan(2 ** 30);
    await expect(trainer.evaluate(new Float32Array(0), trainer.prepare(nothing))).rejects.toMatchObject({
      name: "TrainerMemoryExceeded",
    });
  });

  it("grows once, in one step, and not again for work of the same size", async () => {
    const grown: number[] = [];
    const { memory } = await openPrimitives();
    const arena = new Arena(
      {
        get buffer() {
          return memory.buffer;
        },
        grow(pages) {
          grown.push(pages);
          return memory.grow(pages);
        },
      },
      64 * MEBIBYTE,
    );
    for (const size of [5 * MEBIBYTE, 3 * MEBIBYTE, 5 * MEBIBYTE]) arena.fit(size, "this test");
    expect(grown).toHaveLength(1);
    expect(arena.bytes.length).toBeGreaterThanOrEqual(5 * MEBIBYTE);
    expect(arena.floats.buffer).toBe(arena.bytes.buffer);
    arena.fit(6 * MEBIBYTE, "this test");
    expect(grown).toHaveLength(2);
    expect(() => arena.fit(65 * MEBIBYTE, "this test")).toThrow(/68157440 bytes .* 67108864 are available/);
  });

  it("stays what it was over rounds of training and evaluation", async () => {
    const { spec, start, examples } = situation(mlpOf(50, [64], 4), 400, "sparse bytes", 62);
    // the smallest limit with which the first round gets through is enough for all that follow
    const round = async (trainer: Awaited<ReturnType<typeof openTrainer>>, from: Float32Array) => {
      const prepared = trainer.prepare(examples);
      await trainer.evaluate(from, prepared);
      const outcome = await trainer.train(from, prepared, {
        ...options,
        batchSize: 32,
        order: shuffled(400),
      });
      return outcome.parameters;
    };
    let limit = 65_536;
    let trainer = await openTrainer("kernel", spec, { kind: "classification" }, { memoryLimit: limit });
    for (;;) {
      try {
        await round(trainer, start);
        break;
      } catch (error) {
        expect(error).toMatchObject({ name: "TrainerMemoryExceeded" });
        limit += 65_536;
        trainer = await openTrainer("kernel", spec, { kind: "classification" }, { memoryLimit: limit });
      }
    }
    expect(limit).toBeLessThan(MEBIBYTE);
    let parameters = start;
    for (let i = 0; i < 20; i++) parameters = await round(trainer, parameters);
  });
});

describe("a layout", () => {
  it("gives every reservation cache lines of its own", () => {
    const layout = new ArenaLayout(100);
    const [a, b, c] = [layout.reserve(1), layout.reserve(64), layout.reserve(10)];
    expect([a, b, c, layout.end]).toEqual([128, 192, 256, 266]);
  });
});
