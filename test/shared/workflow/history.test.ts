import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { checkHistory, historyEvents, maxHistoryEvents } from "../../../shared/workflow/history.ts";

const paperWith = (...set: string[]) => resolveConfig({ preset: "paper", set });

describe("the history of an execution", () => {
  test("by hand for one round of one client without baseline", () => {
    const config = paperWith("federation.rounds=1", "partition.clients=1", "baseline.enabled=false");
    // a round: Map entered, started, succeeded, exited; iteration started and succeeded around the task's five;
    // AggregateRound's five; Choice entered and exited. Twice, since the last round is followed by an evaluation.
    const round = 4 + (2 + 5) + 5 + 2;
    // execution started and succeeded; PrepareRun; Parallel entered, started, succeeded, exited; FinishRun;
    // FederationDone; IsBaselineDone and BaselineDone
    expect(historyEvents(config)).toBe(2 * round + 2 + 5 + 4 + 5 + 2 + 2 + 2);
  });

  test("of the paper's run stays under 40 % of the quota", () => {
    expect(historyEvents(paperWith())).toBeLessThan(0.4 * maxHistoryEvents);
  });

  test("that would be too long is refused with the number of rounds that fit, and those do fit", () => {
    const attempt = () => checkHistory(paperWith("federation.rounds=1000"));
    expect(attempt).toThrow(expect.objectContaining({ name: "HistoryTooLong" }));
    let message = "";
    try {
      attempt();
    } catch (error) {
      message = String(error);
    }
    const rounds = Number(/at most (\d+) rounds/.exec(message)?.[1]);
    expect(() => checkHistory(paperWith(`federation.rounds=${rounds}`))).not.toThrow();
    expect(() => checkHistory(paperWith(`federation.rounds=${rounds + 1}`))).toThrow();
  });

  test("of one round with too many clients asks for fewer clients", () => {
    expect(() => checkHistory(paperWith("partition.clients=5000", "federation.rounds=1"))).toThrow(
      /partition.clients/,
    );
  });
});
