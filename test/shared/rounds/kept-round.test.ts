import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { keptRound } from "../../../shared/rounds/kept-round.ts";

/** A run whose three clients hold out 18 examples, with so many rounds of another one. */
const plan = (taken = 0, ...set: string[]) => ({
  config: resolveConfig({ set }),
  clients: [0, 1, 2].map((client) => ({ client, train: 24, heldOut: 6, heldOutLabels: [2, 2, 2] })),
  examiner: null,
  origins: taken > 0 ? [{ run: "q", round: taken }] : [],
});

const roundsWith = (...accuracies: number[]) =>
  accuracies.map((accuracy, i) => ({
    round: i + 1,
    examples: 18,
    accuracy,
    loss: 1,
    clients: 2,
    seconds: 1,
  }));
const rounds = roundsWith(0.5, 0.9, 0.7, 0.9, 0.6);

describe("a federation", () => {
  test.each(["rounds", "budget"] as const)("that ended for %s keeps its last model", (ended) => {
    expect(keptRound({ ended, rounds }, plan()).round).toBe(5);
  });

  test.each(["accuracy", "patience"] as const)("that ended for %s keeps the first of its best", (ended) => {
    expect(keptRound({ ended, rounds }, plan()).round).toBe(2);
  });

  test("sets no model beside the others whose figure is over fewer examples than the quorum's", () => {
    const some = rounds.map((one) => (one.round === 2 ? { ...one, examples: 12 } : one));
    expect(keptRound({ ended: "accuracy", rounds: some }, plan()).round).toBe(4);
    expect(keptRound({ ended: "accuracy", rounds: some }, plan(0, "federation.quorum=0.6")).round).toBe(2);
  });

  test("that took rounds of another run keeps none whose model it has not", () => {
    expect(keptRound({ ended: "patience", rounds }, plan(3)).round).toBe(4);
    expect(keptRound({ ended: "patience", rounds }, plan(4)).round).toBe(4);
  });

  test("without a round is none", () => {
    expect(() => keptRound({ ended: "rounds", rounds: [] }, plan())).toThrow("without a round");
  });
});
