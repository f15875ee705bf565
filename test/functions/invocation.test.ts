import type { Context } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { handlerOf } from "../../functions/invocation.ts";
import { thisWriter, writerName } from "../../shared/workflow/writer.ts";

const context = {
  memoryLimitInMB: "512",
  getRemainingTimeInMillis: () => 1234,
} as Context;

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  // else the logger writes past the console that is watched here
  vi.stubEnv("POWERTOOLS_DEV", "true");
  const keep = (line: unknown) => void lines.push(JSON.parse(String(line)));
  for (const method of ["info", "error"] as const) vi.spyOn(console, method).mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const input = z.object({ run: z.string() });
const event = { run: "r", writer: writerName(thisWriter) };

describe("a handler", () => {
  test("tells an execution's state the name and the beginning of an error, and its log all of it", async () => {
    const message = "x".repeat(1000);
    const work = async () => {
      throw Object.assign(new Error(message), { name: "TrainingDiverged" });
    };
    const told = (errorCharacters?: number) =>
      handlerOf({ name: "TrainClient", input, work, ...(errorCharacters && { errorCharacters }) })(
        event,
        context,
      ).then(
        () => expect.unreachable("it fails"),
        (error: unknown) => error,
      );
    // as Lambda has it: the stack's lines are the trace
    expect(await told(400)).toMatchObject({
      name: "TrainingDiverged",
      message: `${"x".repeat(399)}…`,
      stack: "TrainingDiverged",
    });
    expect(await told()).toMatchObject({ message, stack: expect.stringContaining("invocation.test.ts") });
    expect(lines[0]).toMatchObject({ error: { message } });
    expect(JSON.stringify(lines[0])).toContain("invocation.test.ts");
  });

  test("is cold once, and bills whole milliseconds times its memory", async () => {
    const handler = handlerOf({ name: "TrainClient", input, work: async (_input, { usage }) => usage() });
    const first = await handler(event, context);
    const second = await handler(event, context);
    expect([first.cold, second.cold]).toEqual([1, 0]);
    expect(first.billedMs).toBeGreaterThan(second.billedMs);
    for (const { billedMs, gbSeconds } of [first, second]) {
      expect(Number.isInteger(billedMs)).toBe(true);
      expect(gbSeconds).toBeCloseTo((billedMs / 1000) * 0.5, 12);
    }
  });

  test("writes one line with run, step and what the step notes", async () => {
    const handler = handlerOf({
      name: "TrainClient",
      input,
      work: async (_input, { note, remainingMs }) => note({ client: 3, left: remainingMs() }),
    });
    await handler(event, context);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ step: "TrainClient", run: "r", client: 3, left: 1234, message: "done" });
  });

  test("refuses the payload of another version's execution, and says how the run goes on", async () => {
    const work = vi.fn();
    const handler = handlerOf({ name: "TrainBaseline", input, work });
    const named = (message: string) => ({
      name: "FunctionsReplaced",
      message: expect.stringContaining(message),
    });
    const older = { ...event, writer: "fedstep 0.0.9 (format 1, arithmetic 1)" };
    await expect(handler(older, context)).rejects.toMatchObject(
      named("fedstep 0.0.9 (format 1, arithmetic 1) started"),
    );
    // 0.1.0 handed on no writer
    await expect(handler({ run: "r" }, context)).rejects.toMatchObject(
      named("fedstep resume r --target aws"),
    );
    await expect(handler({ run: 7 }, context)).rejects.toMatchObject({ name: "PayloadInvalid" });
    expect(work).not.toHaveBeenCalled();
    // with PrepareRun an execution of this version begins
    await handlerOf({ name: "PrepareRun", input, work })({ run: "r" }, context);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test("names run, round and client also in the line of a failure", async () => {
    const work = async () => {
      throw new Error("in a test");
    };
    const handler = handlerOf({ name: "TrainClient", input, work });
    await expect(handler({ run: "r", round: 4, task: "train", client: 3 }, context)).rejects.toThrow();
    // of the aggregator and the baseline, where the state machine puts them
    await expect(handler({ run: "r", federation: { round: 7 }, reports: [] }, context)).rejects.toThrow();
    await expect(handler({ run: "r", baseline: { epoch: 9 } }, context)).rejects.toThrow();
    // the very payload that is refused
    await expect(handler({ run: 5, round: 4, client: "x" }, context)).rejects.toThrow();
    await expect(handler("no object", context)).rejects.toThrow();
    const named = lines.map(({ run, round, client, epoch }) => ({ run, round, client, epoch }));
    expect(named).toEqual([
      { run: "r", round: 4, client: 3 },
      { run: "r", round: 7 },
      { run: "r", epoch: 9 },
      { round: 4 },
      {},
    ]);
    for (const line of lines) {
      expect(line).toMatchObject({ message: "failed", level: "ERROR", step: "TrainClient" });
      expect(line).toHaveProperty("error.message");
      expect(line).toHaveProperty("billedMs");
    }
  });

  test("refuses a payload by name, and logs the failure once", async () => {
    const handler = handlerOf({ name: "TrainClient", input, work: async () => {} });
    await expect(handler({ ran: "r" }, context)).rejects.toMatchObject({
      name: "PayloadInvalid",
      message: expect.stringMatching(
        /^TrainClient was invoked with another payload than the state machine gives it: run: got nothing; takes a string/,
      ),
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ message: "failed" });
  });
});
