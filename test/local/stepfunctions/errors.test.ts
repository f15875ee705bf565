import { describe, expect, it } from "vitest";
import { mapOf, retryAtOnce } from "./toy-definitions.ts";
import { execute, failing, outputOf, single, typesOf } from "./toy-machine.ts";

describe("errors", () => {
  it("are retried by name, MaxAttempts times, each retrier on its own", async () => {
    const Retry = [
      { ErrorEquals: ["A"], ...retryAtOnce, MaxAttempts: 1 },
      { ErrorEquals: ["States.ALL"], ...retryAtOnce, MaxAttempts: 2 },
    ];
    const errors = ["A", "B", "B"];
    const cured = await execute(single({ Retry }), {
      work: (_, call) => (errors[call - 1] ? failing(errors[call - 1] ?? "") : "ok"),
    });
    expect(outputOf(cured)).toBe("ok");
    const twice = await execute(single({ Retry }), { work: () => failing("A") });
    expect(twice.ending).toMatchObject({ error: "A" });
    expect(twice.calls).toHaveLength(2);
    const never = await execute(single({ Retry: Retry.slice(0, 1) }), { work: () => failing("B") });
    expect(never.calls).toHaveLength(1);
  });

  it("wait as long as interval, rate and ceiling say", async () => {
    const retry = {
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 0.1,
      BackoffRate: 50,
      MaxDelaySeconds: 0.2,
      MaxAttempts: 2,
    };
    const at: number[] = [];
    const work = () => {
      at.push(performance.now());
      failing("A");
    };
    await execute(single({ Retry: [retry] }), { work });
    const [first = 0, second = 0, third = 0] = at;
    // timers may fire a millisecond early
    expect(second - first).toBeGreaterThan(98);
    expect(second - first).toBeLessThan(4000);
    // 0.1 x 50 s would be beyond the ceiling of 0.2 s
    expect(third - second).toBeGreaterThan(198);
    expect(third - second).toBeLessThan(4000);
  });

  it("of the definition's own making end the execution past States.ALL", async () => {
    const all = {
      Retry: [{ ErrorEquals: ["States.ALL"] }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Only" }],
    };
    const own = await execute(single({ ...all, InputPath: "$.missing" }));
    expect(own.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    const around = mapOf({ Item: { Type: "Pass", InputPath: "$.missing", End: true } }, all);
    const definition = JSON.parse(JSON.stringify(around).replaceAll('"Only"', '"Each"'));
    const within = await execute(definition, {}, [{}]);
    expect(within.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    // caught, it would come back until the history is full
    expect(within.history.events.length).toBeLessThan(20);
  });

  it("keep a Fail state's name and cause", async () => {
    const definition = {
      StartAt: "Stop",
      States: { Stop: { Type: "Fail", Error: "Mine", Cause: "because" } },
    };
    const executed = await execute(definition);
    expect(executed.ending).toEqual({ status: "FAILED", error: "Mine", cause: "because" });
    expect(typesOf(executed)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
  });
});
