import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { StateFailure } from "../../../local/stepfunctions/failures.ts";
import { newToken, TaskTokens } from "../../../local/stepfunctions/task-tokens.ts";
import { arnOf } from "../lambda/toy-functions.ts";
import { retryAtOnce } from "./toy-definitions.ts";
import { execute, failing, outputOf, single, typesOf } from "./toy-machine.ts";
import { owner, runWaiting, soon, waiting, waitsForLambda } from "./toy-waits.ts";

const refusalOf = (act: () => void): string => {
  try {
    act();
    return "taken";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
};

describe("a state that waits for its token", () => {
  test("ends with what is handed back, and says so in its history as AWS does", async () => {
    const executed = await runWaiting(waiting(), (token, tokens) => {
      soon(() => tokens.succeed(token, { rows: 7 }));
      return { seen: true };
    });
    expect(outputOf(executed)).toEqual({ rows: 7 });
    expect(typesOf(executed)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    const kind = { resourceType: "lambda", resource: "invoke.waitForTaskToken" };
    expect(executed.history.events[3]).toMatchObject({ taskStartedEventDetails: kind });
    expect(executed.history.events[4]).toMatchObject({
      taskSubmittedEventDetails: { ...kind, output: expect.stringContaining('"Payload":{"seen":true}') },
    });
    expect(executed.history.events[5]).toMatchObject({
      taskSucceededEventDetails: { ...kind, output: '{"rows":7}' },
    });
  });

  test("ends at once where its token comes back before its function has answered, and leaves the answer out", async () => {
    const { States } = waiting({ End: undefined, Next: "Later" });
    const Only = JSON.parse(JSON.stringify(States.Only));
    const definition = { StartAt: "Only", States: { Only, Later: { Type: "Wait", Seconds: 1, End: true } } };
    let answered = false;
    const executed = await runWaiting(definition, async (token, tokens) => {
      tokens.succeed(token, "early");
      await sleep(100);
      answered = true;
    });
    expect(outputOf(executed)).toBe("early");
    expect(answered).toBe(true);
    expect(typesOf(executed)).not.toContain("TaskSubmitted");
  });

  test("fails by the name that is handed back, which Catch meets", async () => {
    const Catch = [{ ErrorEquals: ["PolicyBroken"], Next: "Silent" }];
    const { States, ...machine } = waiting({ Catch });
    const states = { ...States, Silent: { Type: "Pass", End: true } };
    const executed = await runWaiting({ ...machine, States: states }, (token, tokens) =>
      soon(() => tokens.fail(token, new StateFailure("PolicyBroken", "rows"))),
    );
    expect(outputOf(executed)).toEqual({ Error: "PolicyBroken", Cause: "rows" });
    const failed = executed.history.events.find(({ type }) => type === "TaskFailed");
    expect(failed?.taskFailedEventDetails).toMatchObject({ error: "PolicyBroken", cause: "rows" });
  });

  test("fails at once with its own call", async () => {
    const executed = await runWaiting(waiting(), () => failing("Unreachable"));
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "Unreachable" });
    expect(typesOf(executed)).not.toContain("TaskSubmitted");
  });

  test("has another token in every attempt, of which only the last one counts", async () => {
    const seen: string[] = [];
    let late = "";
    const Retry = [{ ErrorEquals: ["Again"], ...retryAtOnce, MaxAttempts: 1 }];
    const executed = await runWaiting(waiting({ Retry }), (token, tokens, attempt) => {
      seen.push(token);
      if (attempt === 1) return failing("Again");
      late = refusalOf(() => tokens.succeed(seen[0] ?? "", "stale"));
      soon(() => tokens.succeed(token, "fresh"));
    });
    expect(outputOf(executed)).toBe("fresh");
    expect(new Set(seen).size).toBe(2);
    expect(late).toBe("TaskTimedOut");
  });

  test("has a token of its own in every iteration, and the same one wherever its parameters name it", async () => {
    const tokens = new TaskTokens();
    const twice = { "a.$": "$$.Task.Token", "b.$": "States.Format('<{}>', $$.Task.Token)" };
    const Item = {
      Type: "Task",
      Resource: waitsForLambda,
      Parameters: { FunctionName: arnOf("door"), Payload: { ...twice, "owner.$": "$$.Map.Item.Value" } },
      End: true,
    };
    const ItemProcessor = { StartAt: "Item", States: { Item } };
    const definition = { StartAt: "Each", States: { Each: { Type: "Map", ItemProcessor, End: true } } };
    const given: { a: string; b: string; owner: number }[] = [];
    const door = (payload: { a: string; b: string; owner: number }) => {
      given.push(payload);
      // the last one first
      if (given.length === 3)
        soon(() => given.toReversed().forEach(({ a, owner: one }) => void tokens.succeed(a, one * 10)));
    };
    const executed = await execute(definition, { door }, [1, 2, 3], undefined, { tokens });
    expect(outputOf(executed)).toEqual([10, 20, 30]);
    expect(given.map(({ a, b }) => b === `<${a}>`)).toEqual([true, true, true]);
    expect(new Set(given.map(({ a }) => a)).size).toBe(3);
  });

  test("shows when it was entered, however often it is repeated, and each state its own time", async () => {
    const shown: string[] = [];
    const Parameters = {
      FunctionName: arnOf("door"),
      Payload: { "token.$": "$$.Task.Token", "at.$": "$$.State.EnteredTime" },
    };
    const Retry = [{ ErrorEquals: ["Again"], IntervalSeconds: 1, MaxAttempts: 1 }];
    const waits = { Type: "Task", Resource: waitsForLambda, Parameters, Retry };
    const tokens = new TaskTokens();
    const door = ({ token, at }: { token: string; at: string }, attempt: number) => {
      shown.push(at);
      if (attempt === 1) return failing("Again");
      soon(() => tokens.succeed(token, null));
    };
    const States = { First: { ...waits, Next: "Second" }, Second: { ...waits, End: true } };
    const executed = await execute({ StartAt: "First", States }, { door }, {}, undefined, { tokens });
    const entered = executed.history.events
      .filter(({ type }) => type === "TaskStateEntered")
      .map(({ timestamp }) => new Date(Math.round(timestamp * 1000)).toISOString());
    expect(shown).toEqual([entered[0], entered[0], entered[1]]);
    expect(entered[1]).not.toBe(entered[0]);
  });

  test("does not take its token out of its input", async () => {
    const parameters = { FunctionName: arnOf("door"), Payload: { "token.$": "$$.Task.Token", "t.$": "$.t" } };
    const stale = newToken();
    let given: unknown;
    const executed = await runWaiting(
      single({ Resource: waitsForLambda, Parameters: parameters }),
      (token, tokens) => {
        given = refusalOf(() => tokens.succeed(stale, "stale"));
        soon(() => tokens.succeed(token, "own"));
      },
      { t: stale, Task: { Token: stale } },
    );
    expect([outputOf(executed), given]).toEqual(["own", "TaskTimedOut"]);
  });
});

describe("a token", () => {
  test("is nobody's once the execution has ended", async () => {
    const tokens = new TaskTokens();
    const given: string[] = [];
    const door = ({ token }: { token: string }) => void given.push(token);
    const executed = await execute(
      waiting(),
      { door },
      owner,
      (execution) => void setTimeout(() => execution.stop("Mine", "enough"), 30),
      { tokens },
    );
    expect(executed.ending).toMatchObject({ status: "ABORTED", error: "Mine" });
    const [token = "none"] = given;
    expect(refusalOf(() => tokens.succeed(token, 1))).toBe("TaskTimedOut");
    expect(refusalOf(() => tokens.beat(token))).toBe("TaskTimedOut");
  });

  test.each<[string, (token: string) => string, string]>([
    ["the token itself", (token) => token, "taken"],
    ["one of another emulator", () => newToken(), "TaskTimedOut"],
    ["no token", () => "token", "InvalidToken"],
    ["a token and a letter", (token) => `${token}A`, "InvalidToken"],
    [
      "a token in other letters",
      (token) => `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`,
      "InvalidToken",
    ],
    ["a token in blanks", (token) => ` ${token}`, "InvalidToken"],
    ["a name that objects have", () => "__proto__", "InvalidToken"],
  ])("is handed back by %s: %#", (_, made, expected) => {
    const tokens = new TaskTokens();
    const token = newToken();
    const wait = tokens.wait(token, () => {});
    expect(refusalOf(() => tokens.succeed(made(token), 1))).toBe(expected);
    expect(wait.open).toBe(expected !== "taken");
  });

  test("is of at most 1,024 characters and never the same", () => {
    const made = Array.from({ length: 200 }, newToken);
    expect(new Set(made).size).toBe(200);
    expect(Math.max(...made.map(({ length }) => length))).toBeLessThanOrEqual(1024);
    expect(Buffer.from(made[0] ?? "", "base64url").length).toBeGreaterThanOrEqual(32);
  });

  test("ends one wait, whoever else sends it at once and however", async () => {
    const tokens = new TaskTokens();
    const token = newToken();
    const wait = tokens.wait(token, () => {});
    const senders = [
      () => tokens.succeed(token, "first"),
      () => tokens.succeed(token, "second"),
      () => tokens.fail(token, new StateFailure("A", "")),
      () => tokens.beat(token),
    ];
    expect(senders.map(refusalOf)).toEqual(["taken", "TaskTimedOut", "TaskTimedOut", "TaskTimedOut"]);
    expect(await wait.outcome).toBe("first");
  });

  test("is of one execution: another one's ends that one alone", async () => {
    const tokens = new TaskTokens();
    const given: string[] = [];
    const door = ({ token }: { token: string }) => void given.push(token);
    const both = [1, 2].map(() => execute(waiting(), { door }, owner, undefined, { tokens }));
    while (given.length < 2) await sleep(5);
    tokens.succeed(given[1] ?? "", "second");
    expect(outputOf(await (both[1] ?? Promise.reject(new Error("none"))))).toBe("second");
    tokens.succeed(given[0] ?? "", "first");
    expect(outputOf(await (both[0] ?? Promise.reject(new Error("none"))))).toBe("first");
  });
});
