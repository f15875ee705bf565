import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { startExecution } from "../../../local/stepfunctions/execution.ts";
import { loadWorkflow } from "../../../local/stepfunctions/program.ts";
import { retryAtOnce } from "./toy-definitions.ts";
import { execute, failing, noServices, outputOf, single, typesOf } from "./toy-machine.ts";

describe("time", () => {
  it("of a Task ends in States.Timeout, which can be retried", async () => {
    const Retry = [{ ErrorEquals: ["States.Timeout"], ...retryAtOnce, MaxAttempts: 1 }];
    const executed = await execute(single({ TimeoutSeconds: 1, Retry }), {
      work: (_, call) => (call === 1 ? sleep(5000, "late", { ref: false }) : "in time"),
    });
    expect(outputOf(executed)).toBe("in time");
    expect(typesOf(executed)).toContain("LambdaFunctionTimedOut");
  });

  it("of a Task does not run while its invocation waits for a core", async () => {
    const identity = { arn: "a", name: "n", startTime: "", stateMachineArn: "m", stateMachineName: "s" };
    const queued = startExecution(loadWorkflow(single({ TimeoutSeconds: 1 })), identity, "{}", {
      ...noServices,
      invoke: async (_f, _p, { started }) => {
        await sleep(1200);
        started();
        return '"ok"';
      },
    });
    expect(await queued.ended).toMatchObject({ status: "SUCCEEDED" });
  });

  it("of the machine ends it as TIMED_OUT", async () => {
    const definition = { ...single({}), TimeoutSeconds: 1 };
    const executed = await execute(definition, { work: () => sleep(3000, "late", { ref: false }) });
    expect(executed.ending).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(executed.history.events.at(-1)).toMatchObject({ type: "ExecutionTimedOut", previousEventId: 0 });
  });

  it("is not waited for after a stop", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const pause = { StartAt: "Pause", States: { Pause: { Type: "Wait", Seconds: 60, End: true } } };
      await execute(pause, {}, {}, (execution) => {
        expect(vi.getTimerCount()).toBe(1);
        execution.stop(undefined, undefined);
      });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("after a stop is nobody's: no call, no retry", async () => {
    const Retry = [{ ErrorEquals: ["States.ALL"], ...retryAtOnce, MaxAttempts: 1000 }];
    const executed = await execute(single({ Retry }), { work: () => failing("A") }, {}, (execution) => {
      void sleep(100).then(() => execution.stop("Mine", "enough"));
    });
    expect(executed.ending).toEqual({ status: "ABORTED", error: "Mine", cause: "enough" });
    const calls = executed.calls.length;
    await sleep(100);
    expect(executed.calls).toHaveLength(calls);
  });
});
