import { describe, expect, test } from "vitest";
import { invocationsOf, plannedCounts, requestsOf, transitionsOf } from "../../../cloud/cost/run-counts.ts";
import { strategyObjects } from "../../../cloud/strategy-vectors.ts";
import { footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const paperWith = (...set: string[]) => resolveConfig({ preset: "paper", set });

describe("the states that a run enters", () => {
  test("are, by hand, for one round of one client without baseline", () => {
    const config = paperWith("federation.rounds=1", "partition.clients=1", "baseline.enabled=false");
    // Round, TrainClient, AggregateRound, IsFederationDone, twice, since the last round is followed by an evaluation
    const rounds = 2 * 4;
    // IsContinued, PrepareRun, Train, IsFederationDone, FederationDone, IsBaselineDone, BaselineDone, IsRunDone, FinishRun
    expect(transitionsOf(plannedCounts(config))).toBe(rounds + 9);
  });

  test("of the paper's run are 1,324, and its invocations 1,114", () => {
    const counts = plannedCounts(paperWith());
    expect(transitionsOf(counts)).toBe(1324);
    expect(invocationsOf(counts, footprints)).toBe(1114);
  });

  test("are eight more for each further execution: seven around the rounds, and ContinueRun before it", () => {
    const whole = transitionsOf(plannedCounts(paperWith()));
    const cut = plannedCounts(paperWith("federation.executionRounds=40"));
    expect(cut.executions).toBe(3);
    expect(transitionsOf(cut)).toBe(whole + 2 * 8);
  });

  test("grow with those who take part, not with the clients that there are", () => {
    const few = ["partition.clients=100", "federation.fraction=0.1", "baseline.enabled=false"];
    const examined = plannedCounts(paperWith(...few, "federation.evaluation=test-set"));
    // ten clients and the examiner in each round, who is alone in the final pass
    expect(transitionsOf(examined)).toBe(9 + 100 * (3 + 11) + (3 + 1));
  });
});

test("requests of the paper's run: an update a client and a round is most of what is written", () => {
  // by hand: plan, partition, start, ten shards, index; updates; which of them count, models, times and metrics; epochs, checkpoint with usage, and clients; the
  // models to take away; expenses, report and result
  expect(requestsOf(plannedCounts(paperWith()), strategyObjects(paperWith()), footprints).writes).toBe(
    14 + 1010 + 403 + 103 + 8 + 3,
  );
});
