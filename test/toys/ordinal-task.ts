import * as z from "zod";
import type { KernelObjective } from "../../shared/model/kernel/objective.ts";
import { type Evaluation, meanLoss } from "../../shared/task/evaluation.ts";
import type { TaskKind } from "../../shared/task/task-kind.ts";

/** A task that fedstep does not have: the label as a number, by one output and its squared error. */
interface OrdinalSums extends Evaluation {
  /** Sum over the examples of |output - target|. */
  readonly absoluteErrorSum: number;
}

const settings = z
  .strictObject({
    kind: z.literal("ordinal").describe("What the model is to predict."),
    step: z.number().gt(0).default(1).describe("What labels are apart: the target of label y is step x y."),
  })
  .describe("The label as a number.");

type Settings = z.output<typeof settings>;

const sums = z.object({ examples: z.int(), lossSum: z.number(), absoluteErrorSum: z.number() });
const figures = z.object({ meanAbsoluteError: z.number(), loss: z.number() });

/** loss = (output - target)^2, in plain JavaScript over the arena. */
const kernel: KernelObjective<Settings, OrdinalSums> = {
  open(_, arena, { step }) {
    type Batch = Parameters<ReturnType<typeof kernel.open>["loss"]>;
    const errors = (...[{ rows, targets }, { z, stride }, count]: Batch) =>
      Array.from({ length: count }, (_, i) => {
        const row = arena.words[rows / 4 + i] as number;
        const target = step * (arena.words[targets / 4 + row] as number);
        return (arena.floats[(z + i * stride) / 4] as number) - target;
      });
    return {
      loss(batch, outputs, count) {
        const { delta, stride } = outputs;
        arena.floats.fill(0, delta / 4, (delta + count * stride) / 4);
        return errors(batch, outputs, count).reduce((sum, error, i) => {
          arena.floats[(delta + i * stride) / 4] = (2 * error) / count;
          return sum + error ** 2;
        }, 0);
      },
      layOutTally() {
        let absoluteErrorSum = 0;
        return {
          open() {
            absoluteErrorSum = 0;
          },
          add(...batch) {
            for (const error of errors(...batch)) absoluteErrorSum += Math.abs(error);
          },
          sums: ({ examples, lossSum }) => ({ examples, lossSum, absoluteErrorSum }),
        };
      },
    };
  },
};

const mean = (sum: number, examples: number) => (examples === 0 ? 0 : sum / examples);

const kind: TaskKind<typeof settings, OrdinalSums, typeof figures> = {
  name: "ordinal",
  settings,
  target: "int32",
  checkData: () => {},
  fit: () => ({}),
  outputs: () => 1,
  wrongTarget: (label) => (label >= 0 ? undefined : `label ${label} is below 0`),
  // TensorFlow.js is not told how
  trainers: { kernel },
  sums,
  targetsOf: () => [],
  tally: () => ({ add: () => {}, sums: () => ({ examples: 0, lossSum: 0, absoluteErrorSum: 0 }) }),
  empty: () => ({ examples: 0, lossSum: 0, absoluteErrorSum: 0 }),
  merge: (one, other) => ({
    examples: one.examples + other.examples,
    lossSum: one.lossSum + other.lossSum,
    absoluteErrorSum: one.absoluteErrorSum + other.absoluteErrorSum,
  }),
  hasScore: ({ examples }) => examples > 0,
  falseSums({ examples, lossSum, absoluteErrorSum }, planned) {
    if (examples !== planned.examples) return `${examples} examples, and is to evaluate ${planned.examples}`;
    // the mean of squares is no less than the square of the mean
    if (absoluteErrorSum >= 0 && 1.0001 * lossSum * examples >= absoluteErrorSum ** 2) return undefined;
    return `at squared errors of ${lossSum}, and its absolute ones are ${absoluteErrorSum}`;
  },
  figures,
  figuresOf: (of) => ({ meanAbsoluteError: mean(of.absoluteErrorSum, of.examples), loss: meanLoss(of) }),
  contradiction: (_, { meanAbsoluteError, loss }) =>
    meanAbsoluteError ** 2 > 1.0001 * loss ? "the errors are larger than their squares allow" : undefined,
  detailedScore: () => undefined,
  detailBytes: () => 64,
  trivial: () => undefined,
  details: () => [],
  warnings: () => [],
  score: {
    name: "meanAbsoluteError",
    title: "Mean absolute error",
    noun: "mean absolute error",
    better: "lower",
    scale: "number",
    threshold: z.number().gt(0),
    pooled(parts) {
      const examples = parts.reduce((sum, part) => sum + part.examples, 0);
      return parts.reduce((sum, part) => sum + part.score * part.examples, 0) / examples;
    },
  },
  ending: () => ({
    described: "no activation at the end",
    activation: "linear",
    finish: (outputs) => outputs,
    python: ["numbers = values"],
    called: "numbers",
    stated: { ending: "none" },
    values: "the label as a number",
  }),
  words: {
    purpose: ({ name }) => `estimates the label of an example of ${name} as a number`,
    scored: ["errs by", "on average over"],
    told: { english: "the sum of absolute errors", korean: "절대 오차의 합" },
    scoreOver: (examples) => `Mean absolute error of each model over ${examples}`,
    loss: { noun: "squared error", unit: "squares of the label" },
    limits: ["- The figures hold for examples like those evaluated."],
    hub: { images: "image-regression", tables: "tabular-regression" },
  },
};

export const ordinal = kind as unknown as TaskKind;
