import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mnistSize } from "../../../cloud/cost/data-size.ts";
import { evaluationMs, onLambda, trainingMs } from "../../../cloud/cost/speed.ts";
import { kindOf } from "../../../shared/model/spec.ts";
import type { ExampleWork } from "../../../shared/model/work.ts";
import { mlpOf } from "../../shared/model/mlp-of.ts";

interface Measured {
  readonly name: string;
  readonly example: ExampleWork;
  readonly batchSize: number;
  readonly filled: number;
  readonly kernel: number;
  readonly tfjs: number;
}

function workOf(...shape: Parameters<typeof mlpOf>): ExampleWork {
  const model = mlpOf(...shape);
  return kindOf(model).work(model);
}

/** The table of docs/performance.md: milliseconds of an epoch of 6,000 images. */
const table = readFileSync("docs/performance.md", "utf8");
const row = /^\| ([\d-]+) \| (\d+) \| (mnist|standardized) \| ([\d.]+) \|.*?\|.*?\| (\d+) \(/gm;
const rows = [...table.matchAll(row)].map(([, model = "", batch, input, kernel, tfjs]): Measured => {
  const [features = 0, ...widths] = model.split("-").map(Number);
  return {
    name: `${model}, batches of ${batch}, ${input}`,
    example: workOf(features, widths.slice(0, -1), widths.at(-1) ?? 0),
    batchSize: Number(batch),
    filled: input === "mnist" ? mnistSize.filled : 1,
    kernel: Number(kernel),
    tfjs: Number(tfjs),
  };
});

describe("the time of training", () => {
  test("is compared with every measurement", () => {
    expect(rows).toHaveLength(18);
  });

  test.each(rows)("is within a third of what was measured: $name", ({ kernel, tfjs, ...of }) => {
    const ratios = [
      trainingMs({ ...of, trainer: "kernel" }, 6_000) / kernel,
      trainingMs({ ...of, trainer: "tfjs" }, 6_000) / tfjs,
    ];
    for (const ratio of ratios) {
      expect(ratio).toBeGreaterThan(2 / 3);
      expect(ratio).toBeLessThan(4 / 3);
    }
  });

  test("is in proportion to the examples, and more than that of evaluating them", () => {
    const work = {
      ...mnistSize,
      example: workOf(784, [64], 10),
      trainer: "kernel",
      batchSize: 32,
    } as const;
    expect(trainingMs(work, 12_000)).toBeCloseTo(2 * trainingMs(work, 6_000), 9);
    expect(evaluationMs(work, 6_000)).toBeLessThan(trainingMs(work, 6_000));
  });

  test("on Lambda is in proportion to the memory up to one vCPU, which 1,769 MB are", () => {
    expect(onLambda(10, 512) / onLambda(10, 1024)).toBeCloseTo(2, 12);
    expect(onLambda(10, 2048)).toBe(onLambda(10, 1769));
  });
});
