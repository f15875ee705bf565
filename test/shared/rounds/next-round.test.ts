import { describe, expect, it } from "vitest";
import { allowanceOf } from "../../../cloud/allowance.ts";
import { defaultDeployment, footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { firstRound, type NextRound, nextRound } from "../../../shared/rounds/next-round.ts";
import type { Plan } from "../../../shared/workflow/plan-record.ts";
import { noUsage } from "../../../shared/workflow/usage.ts";
import { mlpOf } from "../model/mlp-of.ts";

function planOf(...set: string[]): Plan {
  const digest = "ab".repeat(32);
  return {
    run: "r",
    config: resolveConfig({ set: ["partition.clients=3", ...set] }),
    dataset: { name: "toy", source: "test", digest, examples: 90, features: 12, classes: 3 },
    partition: digest,
    claim: "",
    shards: [],
    scaling: null,
    model: mlpOf(12, [5], 3),
    clients: [0, 1, 2].map((client) => ({ client, train: 24, heldOut: 6, heldOutLabels: [2, 2, 2] })),
    examiner: null,
    testSet: null,
    origins: [],
    partitionSeal: null,
    start: null,
  };
}

/**
 * Every state that a run goes through when the model of round r has the r-th of the accuracies, over all 18 examples
 * unless said otherwise.
 */
function played(plan: Plan, accuracies: readonly number[], examples: readonly number[] = []): NextRound[] {
  const states = [firstRound(plan, allowanceOf(plan, defaultDeployment, footprints))];
  for (;;) {
    const state = states.at(-1) as NextRound;
    if (state.stage === "done") return states;
    const round = state.round - 1;
    const evaluated = { round, examples: examples[round] ?? 18, accuracy: accuracies[round] ?? 0 };
    states.push(
      nextRound(
        plan,
        allowanceOf(plan, defaultDeployment, footprints),
        state,
        { evaluated, clients: [] },
        noUsage,
      ),
    );
  }
}

const rising = Array.from({ length: 50 }, (_, round) => round / 50);

describe("a federation", () => {
  it("trains its rounds, evaluates the last model, and is done", () => {
    const states = played(planOf("federation.rounds=3"), rising);
    expect(states.map(({ round, stage, ended }) => [round, stage, ended])).toEqual([
      [1, "round", null],
      [2, "round", null],
      [3, "round", null],
      [4, "round", "rounds"],
      [5, "done", "rounds"],
    ]);
    expect(states.at(3)?.participants).toEqual([0, 1, 2].map((client) => ({ client, task: "evaluate" })));
    expect(states.at(4)?.participants).toEqual([]);
  });

  it("ends once a model has the accuracy that is enough, which the next round has found out", () => {
    // the model of round 10 has 0.2
    const states = played(planOf("federation.rounds=40", "federation.stop.accuracy=0.2"), rising);
    expect(states.at(-2)).toMatchObject({ round: 12, ended: "accuracy" });
    expect(states.at(-1)).toMatchObject({ stage: "done", ended: "accuracy" });
  });

  it("ends after so many models without a better one than the best, of which equal ones are none", () => {
    const accuracies = [0.1, 0.3, 0.5, 0.5, 0.4, 0.5, 0.9, 0.9];
    const patient = (rounds: number) =>
      played(planOf("federation.rounds=7", `federation.stop.patience=${rounds}`), accuracies);
    // 3, 4 and 5 are no better than 2; round 6 has found that out of 5
    expect(patient(3).at(-2)).toMatchObject({
      round: 7,
      ended: "patience",
      best: { round: 2, score: 0.5 },
    });
    expect(patient(4).at(-2)).toMatchObject({ round: 8, ended: "rounds", best: { round: 6, score: 0.9 } });
  });

  it("is not ended by a model that fewer evaluated than the quorum, nor keeps it for the best", () => {
    const accuracies = [0.1, 0.3, 0.9, 0.5, 0.4, 0.4, 0.4];
    // one of three clients was silent when the model of round 2 was evaluated
    const examples = [18, 18, 12];
    const stop = ["federation.rounds=6", "federation.stop.accuracy=0.8", "federation.stop.patience=3"];
    expect(played(planOf(...stop), accuracies, examples).at(-2)).toMatchObject({
      round: 7,
      ended: "rounds",
      best: { round: 3, score: 0.5 },
    });
    // two thirds are enough
    const quorum = planOf(...stop, "federation.quorum=0.6");
    expect(played(quorum, accuracies, examples).at(-2)).toMatchObject({ round: 4, ended: "accuracy" });
  });

  it("is not ended by what another run evaluated of the rounds that it has taken over", () => {
    const plan = {
      ...planOf("federation.rounds=9", "federation.stop.accuracy=0.8"),
      origins: [{ run: "q", round: 3 }],
    };
    // the models of rounds 1 and 2 were evaluated by q, on examples of its own; its last model by this run
    const ended = (accuracies: readonly number[]) => played(plan, accuracies).at(-1);
    expect(ended([0.1, 0.9, 0.9, 0.5, 0.5])).toMatchObject({
      ended: "rounds",
      best: { round: 3, score: 0.5 },
    });
    expect(ended([0.1, 0.2, 0.3, 0.9, 0.5])).toMatchObject({ round: 6, ended: "accuracy" });
  });

  it("hands on of the best model what it is judged by, and nothing else that the round knows of it", () => {
    const plan = planOf("federation.rounds=3");
    const evaluated = { round: 0, examples: 18, accuracy: 0.5, loss: 1, confusion: [[1]] };
    expect(
      nextRound(
        plan,
        allowanceOf(plan, defaultDeployment, footprints),
        firstRound(plan, allowanceOf(plan, defaultDeployment, footprints)),
        { evaluated, clients: [] },
        noUsage,
      ).best,
    ).toEqual({
      round: 0,
      score: 0.5,
    });
  });

  it("goes on in another execution after as many rounds as one takes, with everything else as it was", () => {
    const whole = played(planOf("federation.rounds=5"), rising);
    const cut = played(planOf("federation.rounds=5", "federation.executionRounds=2"), rising);
    expect(cut.map(({ round, stage, execution }) => [round, stage, execution.name])).toEqual([
      [1, "round", "r"],
      [2, "round", "r"],
      [3, "pause", "r@2"],
      [4, "round", "r@2"],
      [5, "pause", "r@3"],
      [6, "round", "r@3"],
      [7, "done", "r@3"],
    ]);
    const bare = (states: NextRound[]) =>
      states.map(({ round, participants, ended, best }) => ({ round, participants, ended, best }));
    expect(bare(cut)).toEqual(bare(whole));
  });

  it("leaves its last execution room for the final pass only, where the rounds just fit", () => {
    const states = played(planOf("federation.rounds=4", "federation.executionRounds=4"), rising);
    expect(states.map(({ stage }) => stage)).not.toContain("pause");
  });
});
