import { expect, test } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { learningRateAt } from "../../../shared/model/learning-rate.ts";

const rates = (periods: number[], ...set: string[]) => {
  const { training } = resolveConfig({ set: ["training.learningRate=0.8", ...set] });
  return periods.map((period) => learningRateAt(training, period));
};

test("constant stays", () => {
  expect(rates([1, 2, 100])).toEqual([0.8, 0.8, 0.8]);
});

test("exponential shrinks after every period", () => {
  const set = ["training.schedule.kind=exponential", "training.schedule.decay=0.5"];
  expect(rates([1, 2, 3, 4], ...set)).toEqual([0.8, 0.4, 0.2, 0.1]);
});

test("step shrinks after every so many", () => {
  const set = ["training.schedule.kind=step", "training.schedule.decay=0.5", "training.schedule.every=2"];
  expect(rates([1, 2, 3, 4, 5], ...set)).toEqual([0.8, 0.8, 0.4, 0.4, 0.2]);
});
