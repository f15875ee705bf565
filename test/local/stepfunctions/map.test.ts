import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { mapOf, retryAtOnce, task } from "./toy-definitions.ts";
import { execute, failing, outputOf, typesOf } from "./toy-machine.ts";

describe("a Map", () => {
  it("runs so many at once and keeps the order of its items", async () => {
    let now = 0;
    let most = 0;
    const work = async ({ item }: { item: number }) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(20 - item);
      now -= 1;
      return item * 10;
    };
    const definition = mapOf(
      { Item: task("work") },
      { MaxConcurrency: 3, ItemSelector: { "item.$": "$$.Map.Item.Value" } },
    );
    const executed = await execute(definition, { work }, [0, 1, 2, 3, 4, 5, 6]);
    expect(outputOf(executed)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(most).toBe(3);
  });

  it("never runs more than AWS's 40, and nothing for no items", async () => {
    let now = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++now);
      await sleep(5);
      now -= 1;
    };
    const definition = mapOf({ Item: task("work") }, { MaxConcurrency: 50 });
    await execute(definition, { work }, Array(60).fill(1));
    expect(most).toBe(40);
    const empty = await execute(definition, { work }, []);
    expect(outputOf(empty)).toEqual([]);
    expect(typesOf(empty)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("shows iterations their item, also when it is 0, and their place", async () => {
    const definition = mapOf(
      {
        Item: {
          Type: "Pass",
          Parameters: { "value.$": "$$.Map.Item.Value", "place.$": "$$.Map.Item.Index" },
          End: true,
        },
      },
      { ItemSelector: { "selected.$": "$$.Map.Item.Value" } },
    );
    expect(outputOf(await execute(definition, {}, [0, "b"]))).toEqual([
      { value: 0, place: 0 },
      { value: "b", place: 1 },
    ]);
  });

  it("fails with the first iteration's error: waiting ones never start, a retry in another is given up", async () => {
    const definition = mapOf(
      { Item: task("work", { Retry: [{ ErrorEquals: ["Again"], IntervalSeconds: 60 }], End: true }) },
      {
        MaxConcurrency: 2,
        Catch: [{ ErrorEquals: ["QuorumNotReached"], Next: "Caught" }],
        ItemSelector: { "item.$": "$$.Map.Item.Value" },
      },
    );
    Object.assign(Reflect.get(definition, "States"), { Caught: { Type: "Wait", Seconds: 1, End: true } });
    const work = async ({ item }: { item: number }) => {
      if (item === 0) failing("Again");
      await sleep(20);
      failing("QuorumNotReached");
    };
    const executed = await execute(definition, { work }, [0, 1, 2, 3]);
    expect(outputOf(executed)).toMatchObject({ Error: "QuorumNotReached" });
    // items 2 and 3 would have been called within the second that the machine goes on for
    expect(executed.calls).toHaveLength(2);
    expect(typesOf(executed).filter((type) => /^Map(Iteration|State)(F|A)/.test(type))).toEqual([
      "MapIterationFailed",
      "MapIterationAborted",
      "MapStateFailed",
    ]);
  });

  it("is retried as a whole", async () => {
    const definition = mapOf(
      { Item: task("work") },
      { Retry: [{ ErrorEquals: ["Once"], ...retryAtOnce, MaxAttempts: 1 }] },
    );
    const executed = await execute(
      definition,
      { work: (_, call) => (call === 1 ? failing("Once") : call) },
      [0],
    );
    expect(outputOf(executed)).toEqual([2]);
  });
});
