import { describe, expect, test } from "vitest";
import { checkHistory, historyEvents, roundsThatFit } from "../../../cloud/limits/history.ts";
import { maxHistoryEvents } from "../../../cloud/quotas.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const paperWith = (...set: string[]) => resolveConfig({ preset: "paper", set });

/** Map entered, started, succeeded, exited; iterations around a task of five; AggregateRound's five; the Choice. */
const roundOf = (participants: number) => 4 + participants * (2 + 5) + 5 + 2;
/**
 * Execution started and succeeded; IsContinued; PrepareRun; Parallel entered, started, succeeded, exited; IsRunDone;
 * FinishRun; IsFederationDone and FederationDone; IsBaselineDone and BaselineDone.
 */
const around = 2 + 2 + 5 + 4 + 2 + 5 + (2 + 2) + (2 + 2);

describe("the history of an execution", () => {
  test("by hand for one round of one client without baseline", () => {
    const config = paperWith("federation.rounds=1", "partition.clients=1", "baseline.enabled=false");
    // twice, since the last round is followed by an evaluation
    expect(historyEvents(config)).toBe(2 * roundOf(1) + around);
  });

  test("grows with those who take part, not with the clients that there are", () => {
    const few = ["federation.rounds=50", "partition.clients=100", "federation.fraction=0.1"];
    const noBaseline = "baseline.enabled=false";
    expect(historyEvents(paperWith(...few, noBaseline))).toBe(50 * roundOf(10) + roundOf(100) + around);
    const all = paperWith(...few, noBaseline, "federation.evaluation=all");
    expect(historyEvents(all)).toBe(51 * roundOf(100) + around);
    const examined = paperWith(...few, noBaseline, "federation.evaluation=test-set");
    expect(historyEvents(examined)).toBe(50 * roundOf(11) + roundOf(1) + around);
  });

  test("of the paper's run stays under 40 % of the quota", () => {
    expect(historyEvents(paperWith())).toBeLessThan(0.4 * maxHistoryEvents);
  });

  test("holds as many rounds as leave a fifth of the quota to retries, and no more", () => {
    const rounds = roundsThatFit(paperWith());
    expect(historyEvents(paperWith(`federation.rounds=${rounds}`))).toBeLessThanOrEqual(20_000);
    expect(historyEvents(paperWith(`federation.rounds=${rounds + 1}`))).toBeGreaterThan(20_000);
  });
});

describe("a configuration", () => {
  test("of more rounds than one execution holds is taken, since the run goes on in another", () => {
    expect(() => checkHistory(paperWith("federation.rounds=1000"))).not.toThrow();
  });

  test("that asks one execution for more than it holds is refused with what it does hold", () => {
    const attempt = (most: number) => () => checkHistory(paperWith(`federation.executionRounds=${most}`));
    const most = roundsThatFit(paperWith());
    expect(attempt(most)).not.toThrow();
    expect(attempt(most + 1)).toThrow(
      expect.objectContaining({
        name: "HistoryTooLong",
        message: expect.stringContaining(`take at most ${most}`),
      }),
    );
  });

  test("of one round with too many clients asks for fewer", () => {
    const attempt = () => checkHistory(paperWith("partition.clients=5000", "federation.rounds=1"));
    expect(attempt).toThrow(/^partition\.clients: .* lower partition\.clients or federation\.fraction/);
  });
});
