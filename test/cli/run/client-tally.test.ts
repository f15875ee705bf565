import { GetExecutionHistoryCommand, type HistoryEvent } from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClientTally } from "../../../cli/run/client-tally.ts";
import { HistoryTail } from "../../../cli/run/history-tail.ts";
import { ClientWatch } from "../../../cli/run/watch-clients.ts";
import { mockedTarget } from "./watched-run.ts";

const arn = "arn:aws:states:us-east-1:123456789012:execution:fedstep:r";
const timestamp = new Date(0);

/** A round of three clients as Step Functions writes it: one ends, one ends after a retry, one is left out. */
function round(): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const add = (previousEventId: number, type: HistoryEvent["type"], details: Partial<HistoryEvent> = {}) => {
    events.push({ id: events.length + 1, previousEventId, type, timestamp, ...details });
    return events.length;
  };
  const resource = "arn:aws:lambda:us-east-1:123456789012:function:fedstep-TrainClient";
  const entered = (name: string) => ({ stateEnteredEventDetails: { name } });
  const scheduled = { lambdaFunctionScheduledEventDetails: { resource } };
  const map = add(add(0, "MapStateEntered", entered("Round")), "MapStateStarted", {
    mapStateStartedEventDetails: { length: 3 },
  });
  const begin = (index: number) =>
    add(
      add(map, "MapIterationStarted", { mapIterationStartedEventDetails: { index } }),
      "TaskStateEntered",
      entered("TrainClient"),
    );
  const ended = (index: number) => ({ mapIterationSucceededEventDetails: { index } });
  const attempt = (after: number, end: HistoryEvent["type"]) =>
    add(add(add(after, "LambdaFunctionScheduled", scheduled), "LambdaFunctionStarted"), end);
  const tasks = [begin(0), begin(1), begin(2)] as [number, number, number];
  add(
    add(attempt(tasks[0], "LambdaFunctionSucceeded"), "TaskStateExited"),
    "MapIterationSucceeded",
    ended(0),
  );
  const again = attempt(attempt(tasks[1], "LambdaFunctionTimedOut"), "LambdaFunctionSucceeded");
  add(add(again, "TaskStateExited"), "MapIterationSucceeded", ended(1));
  // an aggregator's retry is none of a client's
  const other = {
    lambdaFunctionScheduledEventDetails: { resource: resource.replace("TrainClient", "TrainBaseline") },
  };
  add(0, "LambdaFunctionScheduled", other);
  const caught = add(attempt(tasks[2], "LambdaFunctionFailed"), "TaskStateExited");
  add(add(caught, "PassStateEntered", entered("ClientSilent")), "PassStateExited");
  return events;
}

const tallied = (events: readonly HistoryEvent[]) => {
  const tally = new ClientTally();
  for (const event of events) tally.take(event);
  return tally.clients;
};

describe("a tally of clients", () => {
  test("follows a round", () => {
    const events = round();
    const at = (type: HistoryEvent["type"]) => events.findIndex((event) => event.type === type) + 1;
    expect(tallied([])).toEqual({ invited: 0, running: 0, unfinished: [], failed: 0, retried: 0 });
    expect(tallied(events.slice(0, at("MapStateStarted")))).toMatchObject({ invited: 3, running: 3 });
    expect(tallied(events.slice(0, at("MapIterationSucceeded")))).toMatchObject({
      running: 2,
      unfinished: [1, 2],
      retried: 0,
    });
    expect(tallied(events)).toEqual({ invited: 3, running: 1, unfinished: [2], failed: 1, retried: 1 });
  });

  test("begins anew with each round, and keeps what went wrong in those before", () => {
    const again = round().map((event) => ({
      ...event,
      id: (event.id ?? 0) + 1000,
      previousEventId: (event.previousEventId ?? 0) + 1000,
    }));
    expect(tallied([...round(), ...again])).toEqual({
      invited: 3,
      running: 1,
      unfinished: [2],
      failed: 2,
      retried: 2,
    });
  });
});

test("a history is read once from the end, however it grows between two looks", async () => {
  const all = round();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(all.length), { maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      async (cuts, size) => {
        const { states, target } = mockedTarget();
        let there = 0;
        states.on(GetExecutionHistoryCommand).callsFake(({ nextToken, reverseOrder }) => {
          expect(reverseOrder).toBe(true);
          const from = Number(nextToken ?? 0);
          const events = all.slice(0, there).reverse();
          const to = from + size;
          return { events: events.slice(from, to), ...(to < events.length && { nextToken: String(to) }) };
        });
        const tail = new HistoryTail(target.states, arn);
        const seen: HistoryEvent[] = [];
        for (const cut of [...cuts.sort((a, b) => a - b), all.length]) {
          there = cut;
          seen.push(...(await tail.since()));
        }
        expect(seen).toEqual(all);
      },
    ),
    { numRuns: 50 },
  );
});

test("who may not read the history is told so once, and the run goes on", async () => {
  const { states, target } = mockedTarget();
  const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
  states.on(GetExecutionHistoryCommand).rejects(denied);
  const told: unknown[] = [];
  const watch = new ClientWatch(target.states, arn, (clients) => void told.push(clients));
  await watch.look();
  await watch.look();
  expect(told).toEqual([undefined]);
  expect(states.commandCalls(GetExecutionHistoryCommand)).toHaveLength(1);
});
