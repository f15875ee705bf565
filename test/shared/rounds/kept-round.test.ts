import { describe, expect, test } from "vitest";
import { keptRound } from "../../../shared/rounds/kept-round.ts";

const roundsWith = (...accuracies: number[]) =>
  accuracies.map((accuracy, i) => ({ round: i + 1, accuracy, loss: 1, clients: 2, seconds: 1 }));
const rounds = roundsWith(0.5, 0.9, 0.7, 0.9, 0.6);

describe("a federation", () => {
  test.each(["rounds", "budget"] as const)("that ended for %s keeps its last model", (ended) => {
    expect(keptRound({ ended, rounds }, 0).round).toBe(5);
  });

  test.each(["accuracy", "patience"] as const)("that ended for %s keeps the first of its best", (ended) => {
    expect(keptRound({ ended, rounds }, 0).round).toBe(2);
  });

  test("that took rounds of another run keeps none whose model it has not", () => {
    expect(keptRound({ ended: "patience", rounds }, 3).round).toBe(4);
    expect(keptRound({ ended: "patience", rounds }, 4).round).toBe(4);
  });

  test("without a round is none", () => {
    expect(() => keptRound({ ended: "rounds", rounds: [] }, 0)).toThrow("without a round");
  });
});
