import { describe, expect, test } from "vitest";
import { studyResults } from "../../../shared/study/results.ts";
import { endedStudy } from "./ended-study.ts";

const study = {
  name: "rates",
  preset: "smoke",
  vary: { "training.learningRate": [0.1, 0.2] },
  seeds: [1, 2, 3],
};

/** Student's t with two degrees of freedom, 97.5 %, from tables; over the square root of three. */
const half = 4.302653 / Math.sqrt(3);

describe("a study's results", () => {
  test("estimate every figure over the seeds", () => {
    const accuracy: Record<number, number> = { 1: 0.9, 2: 0.92, 3: 0.94 };
    const { cells } = endedStudy(study, (_labels, seed) => ({
      accuracies: [0.1, accuracy[seed] ?? 0],
      centralized: 0.96,
      seconds: 10 * seed,
    }));
    const [cell] = cells;
    expect(cell).toMatchObject({ labels: ["0.1"], failed: [] });
    expect(cell?.runs.map(({ seed, federated }) => [seed, federated])).toEqual([
      [1, 0.9],
      [2, 0.92],
      [3, 0.94],
    ]);
    expect(cell?.federated?.mean).toBeCloseTo(0.92, 12);
    expect(cell?.federated?.deviation).toBeCloseTo(0.02, 12);
    expect(cell?.federated?.interval?.[0]).toBeCloseTo(0.92 - half * 0.02, 7);
    expect(cell?.federated?.interval?.[1]).toBeCloseTo(0.92 + half * 0.02, 7);
    expect(cell?.centralized).toMatchObject({ n: 3, mean: expect.closeTo(0.96, 12) });
    expect(cell?.ratio?.mean).toBeCloseTo(0.92 / 0.96, 12);
    expect(cell?.seconds).toMatchObject({ mean: 20, deviation: 10 });
    expect(cell?.target).toBeUndefined();
    expect(cell?.difference).toBeUndefined();
  });

  test("count rounds to the first model that reaches the target", () => {
    const { cells } = endedStudy({ ...study, targetAccuracy: 0.8 }, (_labels, seed) => ({
      // it may fall below the target again
      accuracies: [...Array.from({ length: seed }, () => 0.1), 0.8, 0.7],
    }));
    expect(cells[0]?.runs.map(({ roundsToTarget }) => roundsToTarget)).toEqual([2, 3, 4]);
    expect(cells[0]?.target).toMatchObject({ reached: 3, of: 3, rounds: { mean: 3, deviation: 1 } });
  });

  test("give no mean of the rounds where a seed never reached the target", () => {
    const { cells } = endedStudy({ ...study, targetAccuracy: 0.8 }, (_labels, seed) => ({
      accuracies: seed === 2 ? [0.7, 0.79] : [0.8],
    }));
    expect(cells[0]?.target).toEqual({ reached: 2, of: 3, rounds: null });
  });

  test("compare with the reference seed by seed", () => {
    const { cells } = endedStudy(
      { ...study, reference: { "training.learningRate": "0.1" } },
      ([rate], seed) => ({
        // what the seed does to both is far larger than what the rate does
        accuracies: [0.1 * seed + (rate === "0.1" ? 0 : 0.01 + 0.001 * seed)],
      }),
    );
    expect(cells[0]?.difference).toBeUndefined();
    expect(cells[1]?.difference?.mean).toBeCloseTo(0.012, 12);
    expect(cells[1]?.difference?.deviation).toBeCloseTo(0.001, 12);
  });

  test("average the last rounds of a run where the study names them, and compare by that", () => {
    const { cells } = endedStudy(
      { ...study, lastRounds: 2, reference: { "training.learningRate": "0.1" } },
      ([rate], seed) => ({ accuracies: rate === "0.1" ? [0.1, 0.5, 0.7] : [0.8 + 0.01 * seed] }),
    );
    expect(cells[0]?.runs[0]).toMatchObject({ federated: 0.7, last: expect.closeTo(0.6, 12) });
    expect(cells[0]?.last).toMatchObject({ n: 3, mean: expect.closeTo(0.6, 12) });
    // fewer rounds than that: all of them
    expect(cells[1]?.last?.mean).toBeCloseTo(0.82, 12);
    expect(cells[1]?.difference?.mean).toBeCloseTo(0.22, 12);
  });

  test("say how many examples each run's accuracy is over, and the last rounds' ones", () => {
    const { cells } = endedStudy({ ...study, lastRounds: 2 }, () => ({ accuracies: [0.1, 0.5, 0.7] }));
    expect(cells[0]?.runs[0]).toMatchObject({ examples: 1, lastExamples: { least: 1, most: 1 } });
  });

  test("leave failed runs out and name them; a cell without a run has no figure", () => {
    const { cells, planned } = endedStudy(
      { ...study, reference: { "training.learningRate": "0.1" }, targetAccuracy: 0.5 },
      ([rate], seed) => {
        if (rate === "0.2") return undefined;
        return seed === 2 ? { error: "run failed: TrainingDiverged" } : { accuracies: [0.9] };
      },
    );
    expect(planned).toBe(6);
    expect(cells[0]).toMatchObject({
      failed: [{ seed: 2, error: "run failed: TrainingDiverged" }],
      federated: { n: 2, mean: 0.9 },
      centralized: null,
      ratio: null,
    });
    expect(cells[1]).toMatchObject({
      runs: [],
      federated: null,
      seconds: null,
      difference: null,
      target: { reached: 0, of: 0, rounds: null },
    });
  });

  test("are read back from JSON as they are", () => {
    const results = endedStudy(
      { ...study, reference: { "training.learningRate": "0.1" }, targetAccuracy: 0.5 },
      (_labels, seed) => ({ accuracies: [0.1 * seed], centralized: 0.9 }),
    );
    expect(studyResults.parse(JSON.parse(JSON.stringify(results)))).toEqual(results);
  });
});
