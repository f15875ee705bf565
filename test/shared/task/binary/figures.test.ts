import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { averagePrecision, rocAuc } from "../../../../shared/task/binary/curves.ts";
import {
  type BinarySums,
  BinaryTally,
  binaryFigures,
  binarySums,
  contradiction,
  emptySums,
  figuresOfBinary,
  mergeSums,
} from "../../../../shared/task/binary/evaluation.ts";
import { binOf, readHistogram, writeHistogram } from "../../../../shared/task/binary/histogram.ts";
import { bestPoint, pointAt } from "../../../../shared/task/binary/operating-point.ts";
import { binarySettings } from "../../../../shared/task/binary/settings.ts";
import { binaryWarnings } from "../../../../shared/task/binary/words.ts";
import { bySklearn, sklearn } from "../sklearn.ts";

interface Scored {
  readonly logOdds: number;
  readonly positive: boolean;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const scored: fc.Arbitrary<Scored> = fc.record({
  logOdds: fc.double({ min: -9, max: 9, noNaN: true }),
  positive: fc.boolean(),
});
const both = fc
  .array(scored, { minLength: 2, maxLength: 120 })
  .filter((all) => all.some(({ positive }) => positive) && all.some(({ positive }) => !positive));

function sumsOf(all: readonly Scored[]): BinarySums {
  const tally = new BinaryTally();
  for (const { logOdds, positive } of all) tally.add(logOdds, positive);
  const loss = all.reduce(
    (sum, one) => sum - Math.log(sigmoid(one.positive ? one.logOdds : -one.logOdds)),
    0,
  );
  return tally.sums({ examples: all.length, lossSum: loss });
}

/** Of all pairs, one by one. */
function areaByPairs(all: readonly Scored[], of: (one: Scored) => number): number {
  const [ones, zeros] = [all.filter(({ positive }) => positive), all.filter(({ positive }) => !positive)];
  const won = ones.flatMap((one) => zeros.map((zero) => (Math.sign(of(one) - of(zero)) + 1) / 2));
  return won.reduce((sum, share) => sum + share, 0) / won.length;
}

/** Average precision over the values themselves, equal ones at one threshold. */
function precisionByThresholds(all: readonly Scored[], of: (one: Scored) => number): number {
  const positives = all.filter(({ positive }) => positive);
  const precisions = positives.map((one) => {
    const named = all.filter((other) => of(other) >= of(one));
    return named.filter(({ positive }) => positive).length / named.length;
  });
  return precisions.reduce((sum, precision) => sum + precision, 0) / positives.length;
}

/** So many positive and negative examples of one bin, by the order in which their probabilities fall. */
function inBin(bin: number, order: readonly boolean[], equal = false): Scored[] {
  return order.map((positive, i) => {
    const p = (bin + (equal ? 0.5 : 0.9 - (0.8 * i) / order.length)) / 1000;
    return { positive, logOdds: Math.log(p / (1 - p)) };
  });
}

const counts = fc.record({ positives: fc.nat(6), negatives: fc.nat(6) });
/** Examples that crowd in a few bins. */
const crowds = fc
  .array(counts, { minLength: 1, maxLength: 5 })
  .filter((all) => all.some(({ positives }) => positives > 0));
const repeated = (value: boolean, count: number) => new Array<boolean>(count).fill(value);

describe("the histograms of scores", () => {
  test("have each probability in the bin of its thousandth", () => {
    expect([-50, 0, 50].map(binOf)).toEqual([0, 500, 999]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (bin, at) => {
          const p = (bin + at) / 1000;
          expect(binOf(Math.log(p / (1 - p)))).toBe(bin);
        },
      ),
    );
  });

  test("are read as they were written, and as nothing else", () => {
    const { positive } = sumsOf([
      { logOdds: 0, positive: true },
      { logOdds: 0.0001, positive: true },
      { logOdds: 3, positive: true },
    ]);
    expect(writeHistogram(positive)).toBe("500:2 952:1");
    expect(readHistogram("500:2 952:1")).toEqual(positive);
    for (const text of ["1000:1", "5:0", "5:1 4:1", "5:-1", "x", "5:1.5", "5:1 "]) {
      expect(readHistogram(text)).toBeUndefined();
    }
  });
});

describe("the figures of two classes", () => {
  test("are those of all pairs: the area to the bit over bins, and within its bound over the probabilities", () => {
    fc.assert(
      fc.property(both, (all) => {
        const { area, within } = rocAuc(sumsOf(all));
        expect(area).toBeCloseTo(
          areaByPairs(all, ({ logOdds }) => binOf(logOdds)),
          12,
        );
        expect(Math.abs(area - areaByPairs(all, ({ logOdds }) => logOdds))).toBeLessThanOrEqual(
          within + 1e-12,
        );
      }),
    );
  });

  test("have an average precision to the bit over bins, and within its bound over the probabilities", () => {
    const fewBins = fc.record({
      logOdds: fc.double({ min: 0, max: 0.02, noNaN: true }),
      positive: fc.boolean(),
    });
    const some = fc
      .array(fc.oneof(scored, fewBins), { minLength: 1, maxLength: 120 })
      .filter((all) => all.some(({ positive }) => positive));
    fc.assert(
      fc.property(some, (all) => {
        const { area, within } = averagePrecision(sumsOf(all));
        expect(area).toBeCloseTo(
          precisionByThresholds(all, ({ logOdds }) => binOf(logOdds)),
          12,
        );
        const off = Math.abs(area - precisionByThresholds(all, ({ logOdds }) => logOdds));
        expect(off).toBeLessThanOrEqual(within + 1e-12);
      }),
    );
  });

  test("have no narrower bound of the average precision: it is reached within the bins", () => {
    fc.assert(
      fc.property(crowds, (all) => {
        const best = all.flatMap(({ positives, negatives }, at) => [
          ...inBin(500 + at, repeated(true, positives), true).map(({ logOdds, positive }) => ({
            positive,
            logOdds: logOdds + 1e-9,
          })),
          ...inBin(500 + at, repeated(false, negatives), true),
        ]);
        const worst = all.flatMap(({ positives, negatives }, at) =>
          inBin(500 + at, [...repeated(false, negatives), ...repeated(true, positives)]),
        );
        const { area, within } = averagePrecision(sumsOf(best));
        expect(averagePrecision(sumsOf(worst))).toEqual({ area, within });
        const [most, least] = [best, worst].map((one) =>
          precisionByThresholds(one, ({ logOdds }) => logOdds),
        );
        expect(Math.max((most ?? NaN) - area, area - (least ?? NaN))).toBeCloseTo(within, 12);
      }),
    );
  });

  test("bound the average precision of many examples in a bin, too, and by little more than is reached", () => {
    const order = [
      ...repeated(false, 400),
      ...repeated(true, 2500),
      ...repeated(false, 700),
      ...repeated(true, 900),
    ];
    const all = [...inBin(400, order.slice(0, 2900)), ...inBin(300, order.slice(2900))];
    const { area, within } = averagePrecision(sumsOf(all));
    const off = area - precisionByThresholds(all, ({ logOdds }) => logOdds);
    expect(off).toBeLessThanOrEqual(within);
    expect(off).toBeGreaterThan(within - 1e-6);
  });

  test("of no positive example have no average precision, and say so by the bound", () => {
    const none = sumsOf([{ logOdds: 1, positive: false }]);
    expect(averagePrecision(none)).toEqual({ area: 0, within: 1 });
  });

  test("come with a warning where a bound is wide", () => {
    const data = { name: "d", classes: 2, classNames: ["no", "yes"] };
    const settings = binarySettings.parse({ kind: "binary" });
    const warnings = (all: Scored[]) => binaryWarnings(figuresOfBinary(sumsOf(all)), settings, data);
    const apart = [...inBin(900, repeated(true, 50)), ...inBin(100, repeated(false, 50))];
    expect(warnings(apart)).toEqual([]);
    // few positive examples, in one bin with as many others, far above many: the ROC AUC hardly feels it
    const top = [...inBin(900, [true, true, false, false]), ...inBin(100, repeated(false, 5000))];
    expect(warnings(top)).toEqual([
      "gives probabilities that crowd in few thousandths: its PR AUC is known within 0.50 only",
    ]);
    const crowded = warnings(inBin(500, [...repeated(true, 30), ...repeated(false, 30)]));
    expect(crowded.at(-1)).toMatch(
      /its ROC AUC is known within 0\.50 only, its PR AUC is known within 0\.50 only$/,
    );
  });

  test("of parts add up to those of the whole, counts to the bit", () => {
    fc.assert(
      fc.property(fc.array(fc.array(scored, { maxLength: 9 }), { maxLength: 6 }), (parts) => {
        const merged = parts.map(sumsOf).reduce(mergeSums, emptySums());
        const whole = sumsOf(parts.flat());
        expect(merged.positive).toEqual(whole.positive);
        expect(merged.negative).toEqual(whole.negative);
        expect(merged.squaredErrorSum).toBeCloseTo(whole.squaredErrorSum, 9);
        expect(binarySums.parse(merged)).toEqual(merged);
        const figures = figuresOfBinary(merged);
        expect(binaryFigures.parse(figures)).toEqual(figures);
        expect(contradiction(merged.examples, figures)).toBeUndefined();
      }),
    );
  });

  test("of a threshold are what naming says, example by example", () => {
    fc.assert(
      fc.property(both, fc.integer({ min: 0, max: 1000 }), (all, step) => {
        const point = pointAt(sumsOf(all), step);
        const named = all.map(({ logOdds, positive }) => ({ positive, named: binOf(logOdds) >= step }));
        const count = (positive: boolean, is: boolean) =>
          named.filter((one) => one.positive === positive && one.named === is).length;
        const [tp, fn, fp, tn] = [
          count(true, true),
          count(true, false),
          count(false, true),
          count(false, false),
        ];
        expect(point.accuracy).toBe((tp + tn) / all.length);
        expect(point.sensitivity).toBe(tp / (tp + fn));
        expect(point.specificity).toBe(tn / (tn + fp));
        expect(point.precision).toBe(tp + fp === 0 ? null : tp / (tp + fp));
        expect(point.f1).toBe((2 * tp) / (2 * tp + fp + fn));
      }),
    );
  });

  test("choose the threshold that no other one beats, and of equally good ones the nearest to 0.5", () => {
    fc.assert(
      fc.property(both, fc.constantFrom("youden" as const, "f1" as const), (all, rule) => {
        const sums = sumsOf(all);
        const merit = (step: number) => {
          const { sensitivity, specificity, f1 } = pointAt(sums, step);
          return rule === "f1" ? (f1 ?? 0) : (sensitivity ?? 0) + (specificity ?? 0);
        };
        const { threshold } = bestPoint(sums, rule);
        const most = Math.max(...Array.from({ length: 1001 }, (_, step) => merit(step)));
        expect(merit(Math.round(1000 * threshold))).toBeCloseTo(most, 12);
        const nearer = Array.from({ length: 1001 }, (_, step) => step).filter(
          (step) => Math.abs(step - 500) < Math.abs(1000 * threshold - 500) - 1e-9,
        );
        for (const step of nearer) expect(merit(step)).toBeLessThan(most);
      }),
      { numRuns: 20 },
    );
  });

  test("that were changed contradict their histograms", () => {
    const sums = sumsOf([
      { logOdds: -2, positive: false },
      { logOdds: 1, positive: true },
      { logOdds: 0.5, positive: false },
    ]);
    const figures = figuresOfBinary(sums);
    expect(contradiction(4, figures)).toMatch(/count every example once/);
    expect(contradiction(3, { ...figures, prAuc: 0.1 })).toBe("prAuc is not what the histograms make");
    const atHalf = { ...figures.atHalf, sensitivity: 0 };
    expect(contradiction(3, { ...figures, atHalf })).toBe("atHalf is not what the histograms make");
  });
});

const metrics = `
from sklearn import metrics
y, p, binned, half = (np.array(given[name]) for name in ("y", "p", "binned", "half"))
print(json.dumps({
  "rocAuc": metrics.roc_auc_score(y, p), "binnedAuc": metrics.roc_auc_score(y, binned),
  "prAuc": metrics.average_precision_score(y, binned), "exactPrAuc": metrics.average_precision_score(y, p),
  "brier": metrics.brier_score_loss(y, p), "loss": metrics.log_loss(y, p),
  "f1": metrics.f1_score(y, half), "balancedAccuracy": metrics.balanced_accuracy_score(y, half),
  "sensitivity": metrics.recall_score(y, half), "specificity": metrics.recall_score(1 - y, 1 - half),
  "precision": metrics.precision_score(y, half), "accuracy": metrics.accuracy_score(y, half),
}))
`;

describe.skipIf(sklearn === undefined)("over several clients (needs scikit-learn)", () => {
  test("the figures of the sums are scikit-learn's over the pooled predictions", () => {
    // four clients of different sizes and shares, positives rare, probabilities neither sure nor idle
    let state = 12345;
    const unit = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648;
    };
    const clients = [300, 900, 1500, 2300].map((size, c) =>
      Array.from({ length: size }, (): Scored => {
        const positive = unit() < 0.03 + 0.03 * c;
        return { positive, logOdds: -2.5 + (positive ? 1.7 : 0) + 3 * (unit() + unit() - 1) };
      }),
    );
    const merged = clients.map(sumsOf).reduce(mergeSums, emptySums());
    const figures = figuresOfBinary(merged);
    const pooled = clients.flat();
    const there = z.record(z.string(), z.number()).parse(
      bySklearn(metrics, {
        y: pooled.map(({ positive }) => Number(positive)),
        p: pooled.map(({ logOdds }) => sigmoid(logOdds)),
        binned: pooled.map(({ logOdds }) => binOf(logOdds)),
        half: pooled.map(({ logOdds }) => Number(logOdds >= 0)),
      }),
    );
    expect(figures.rocAuc).toBeCloseTo(there.binnedAuc ?? NaN, 12);
    expect(figures.rocAucWithin).toBeLessThan(0.005);
    expect(Math.abs(figures.rocAuc - (there.rocAuc ?? NaN))).toBeLessThanOrEqual(figures.rocAucWithin);
    expect(figures.prAuc).toBeCloseTo(there.prAuc ?? NaN, 12);
    expect(figures.prAucWithin).toBeLessThan(0.01);
    expect(Math.abs(figures.prAuc - (there.exactPrAuc ?? NaN))).toBeLessThanOrEqual(figures.prAucWithin);
    expect(figures.brier).toBeCloseTo(there.brier ?? NaN, 12);
    expect(figures.loss).toBeCloseTo(there.loss ?? NaN, 10);
    for (const name of [
      "f1",
      "balancedAccuracy",
      "sensitivity",
      "specificity",
      "precision",
      "accuracy",
    ] as const) {
      expect(figures.atHalf[name]).toBeCloseTo(there[name] ?? NaN, 12);
    }
  });
});
