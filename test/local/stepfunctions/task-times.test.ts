import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TaskClock } from "../../../local/stepfunctions/task-clock.ts";
import { retryAtOnce } from "./toy-definitions.ts";
import { execute, outputOf, single, typesOf } from "./toy-machine.ts";
import { owner, runWaiting, waiting } from "./toy-waits.ts";

const silent = () => {};

describe("a state that waits", () => {
  test("ends in States.Timeout where nobody hands its token back", async () => {
    const executed = await runWaiting(waiting({ TimeoutSeconds: 1 }), silent);
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    const out = executed.history.events.find(({ type }) => type === "TaskTimedOut");
    expect(out?.taskTimedOutEventDetails).toMatchObject({
      error: "States.Timeout",
      resource: "invoke.waitForTaskToken",
    });
  });

  test("ends in States.HeartbeatTimeout where none comes, and is refused afterwards", async () => {
    let late: unknown;
    const executed = await runWaiting(
      waiting({ TimeoutSeconds: 60, HeartbeatSeconds: 1 }),
      (token, tokens) =>
        void setTimeout(() => {
          try {
            tokens.beat(token);
          } catch (error) {
            late = error;
          }
        }, 1300),
    );
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "States.HeartbeatTimeout" });
    expect(typesOf(executed).slice(-3)).toEqual(["TaskSubmitted", "TaskTimedOut", "ExecutionFailed"]);
    await sleep(500);
    expect(late).toMatchObject({ name: "TaskTimedOut" });
  });

  test.each([
    ["its own name", "States.HeartbeatTimeout"],
    ["the name of all times", "States.Timeout"],
    ["every name", "States.ALL"],
  ])("and gets no heartbeat is met by %s", async (_, name) => {
    const Retry = [{ ErrorEquals: [name], ...retryAtOnce, MaxAttempts: 1 }];
    const executed = await runWaiting(waiting({ Retry, HeartbeatSeconds: 1 }), (token, tokens, attempt) => {
      if (attempt === 2) setTimeout(() => tokens.succeed(token, "second"), 10);
    });
    expect(outputOf(executed)).toBe("second");
  });

  test("reads both times from its input, and says them in its history", async () => {
    const paths = { TimeoutSecondsPath: "$.round.patience", HeartbeatSecondsPath: "$.round.pulse" };
    const executed = await runWaiting(waiting(paths), silent, {
      ...owner,
      round: { patience: 30, pulse: 1 },
    });
    expect(executed.ending).toMatchObject({ error: "States.HeartbeatTimeout" });
    const scheduled = executed.history.events.find(({ type }) => type === "TaskScheduled");
    expect(scheduled?.taskScheduledEventDetails).toMatchObject({
      timeoutInSeconds: 30,
      heartbeatInSeconds: 1,
      parameters: expect.not.stringContaining("TimeoutSeconds"),
    });
  });
});

describe("a Task's time by path", () => {
  test("is read behind InputPath, and from what Parameters read", async () => {
    const fields = { InputPath: "$.in", TimeoutSecondsPath: "$.t", Parameters: { t: 60, "a.$": "$.a" } };
    const late = { work: () => sleep(5000, "late", { ref: false }) };
    const executed = await execute(single(fields), late, { in: { t: 1, a: 5 }, t: 60 });
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    const given = await execute(single(fields), { work: (input) => input }, { in: { t: 1, a: 5 } });
    expect(outputOf(given)).toEqual({ t: 60, a: 5 });
  });

  test.each([[0], [-1], [1.5], ["60"], [null], [2_147_484]])(
    "ends the execution where it is %j",
    async (t) => {
      const executed = await execute(single({ TimeoutSecondsPath: "$.t" }), { work: () => 1 }, { t });
      expect(executed.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
      expect(executed.calls).toEqual([]);
    },
  );

  test("ends the execution where a heartbeat's is as long", async () => {
    const paths = { TimeoutSecondsPath: "$.t", HeartbeatSecondsPath: "$.t" };
    const executed = await runWaiting(waiting(paths), silent, { ...owner, t: 5 });
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(executed.calls).toEqual([]);
  });
});

describe("the clock of a Task", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const started = (timeoutSeconds?: number, heartbeatSeconds?: number) => {
    const expired: string[] = [];
    const clock = new TaskClock({ timeoutSeconds, heartbeatSeconds }, ({ name }) => void expired.push(name));
    clock.start();
    return { clock, expired };
  };

  test("starts anew with a heartbeat, and the whole time does not", () => {
    const { clock, expired } = started(10, 4);
    for (let second = 0; second < 9; second += 3) {
      vi.advanceTimersByTime(3000);
      clock.beat();
    }
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual(["States.Timeout"]);
  });

  test("ends without heartbeats, to the second", () => {
    const { clock, expired } = started(undefined, 4);
    vi.advanceTimersByTime(3000);
    clock.beat();
    vi.advanceTimersByTime(3999);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["States.HeartbeatTimeout"]);
  });

  test("once stopped is started by nothing", () => {
    const { clock, expired } = started(10, 4);
    clock.stop();
    clock.beat();
    clock.start();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(20_000);
    expect(expired).toEqual([]);
  });
});
