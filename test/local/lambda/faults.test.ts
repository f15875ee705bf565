import { describe, expect, test } from "vitest";
import type { InvocationFault } from "../../../local/lambda/invocation-fault.ts";
import { alive, eventually, toyFunction, toyLambda } from "./toy-functions.ts";

const one = async (folder: string) => [await toyFunction(folder, { timeoutSeconds: 100 })];

/** A Lambda endpoint that does the given things to its invocations, one after the other, and nothing to later ones. */
const disturbed = (...faults: (InvocationFault | undefined)[]) =>
  toyLambda(one, { interfere: () => faults.shift() });

const ended = (
  how: "killed" | "timed-out" | "out-of-memory",
  beforeWork: boolean,
  begun: (end: () => Promise<void>) => void = () => {},
): InvocationFault => ({ kind: "ended", how, beforeWork, begun });

describe("a process that is ended on purpose", () => {
  test("before its work has not seen the event, and the next one is cold", async () => {
    await using lambda = await disturbed(undefined, ended("killed", true));
    const { pid } = (await lambda.invoke({})).value;
    const { value, FunctionError } = await lambda.invoke({ do: "print", text: "working" });
    expect(FunctionError).toBe("Unhandled");
    expect(value.errorType).toBe("Runtime.ExitError");
    expect(value.errorMessage).toMatch(/signal: killed$/);
    expect(alive(pid)).toBe(false);
    expect(await lambda.logs("toy")).not.toContain("working");
    expect((await lambda.invoke({})).value.calls).toBe(1);
  });

  test("at its answer has done its work, and nobody gets the answer", async () => {
    await using lambda = await disturbed(ended("killed", false));
    const { value } = await lambda.invoke({ do: "print", text: "working" });
    expect(value.errorType).toBe("Runtime.ExitError");
    expect(await lambda.logs("toy")).toContain("working");
    expect((await lambda.invoke({})).value.calls).toBe(1);
  });

  test("in its work is gone once whoever ended it goes on", async () => {
    let end = async () => {};
    await using lambda = await disturbed(
      undefined,
      ended("killed", false, (how) => {
        end = how;
      }),
    );
    const { pid } = (await lambda.invoke({})).value;
    const answer = lambda.invoke({ do: "hang", file: `${lambda.folder}/begun` });
    const { existsSync } = await import("node:fs");
    await eventually("it hangs", () => existsSync(`${lambda.folder}/begun`));
    await end();
    expect(alive(pid)).toBe(false);
    expect((await answer).value.errorType).toBe("Runtime.ExitError");
  });

  test("for its time is said to have used all of it, and nobody waits for that", async () => {
    await using lambda = await disturbed(ended("timed-out", true));
    const { value } = await lambda.invoke({});
    expect(value.errorType).toBe("Sandbox.Timedout");
    expect(value.errorMessage).toContain("Task timed out after 100.00 seconds");
    expect(lambda.reports[0]).toMatchObject({ error: "Sandbox.Timedout", durationMs: 100_000 });
  });

  test("for its memory is said to have used all of it", async () => {
    await using lambda = await disturbed(ended("out-of-memory", true));
    expect((await lambda.invoke({})).value.errorType).toBe("Runtime.ExitError");
    expect(lambda.reports[0]).toMatchObject({ maxMemoryMb: 256, memoryMb: 256 });
  });
});

test("a throttled invocation is answered as one too many, and nothing runs", async () => {
  await using lambda = await disturbed({ kind: "throttled" });
  await expect(lambda.invoke({})).rejects.toMatchObject({ name: "TooManyRequestsException" });
  expect(lambda.reports).toHaveLength(0);
  expect((await lambda.invoke({})).value.calls).toBe(1);
});

test("an event that is delivered twice is worked on twice and answered once", async () => {
  await using lambda = await disturbed({ kind: "delivered-twice" });
  expect((await lambda.invoke({ do: "print", text: "working" })).FunctionError).toBeUndefined();
  await eventually("both have ended", () => lambda.reports.length === 2);
  expect((await lambda.logs("toy")).match(/^working$/gm)).toHaveLength(2);
});
