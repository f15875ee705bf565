import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { task } from "./toy-definitions.ts";
import { execute, failing, outputOf, typesOf } from "./toy-machine.ts";

describe("a Parallel", () => {
  const parallel = (first: object, second: object, fields: object = {}) => ({
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [first, second].map((states) => ({ StartAt: Object.keys(states)[0], States: states })),
        End: true,
        ...fields,
      },
    },
  });

  it("ends a branch with its Succeed, and goes on with the other", async () => {
    const definition = parallel({ Done: { Type: "Succeed" } }, { Work: task("work") });
    const executed = await execute(definition, { work: () => sleep(30, "late") }, { a: 1 });
    expect(outputOf(executed)).toEqual([{ a: 1 }, "late"]);
  });

  it("fails by the name of a branch's error and leaves the other branch's next states alone", async () => {
    const definition = parallel(
      { First: task("first") },
      { Second: task("second", { Next: "Third" }), Third: task("third") },
    );
    const executed = await execute(definition, {
      first: () => sleep(10).then(() => failing("QuorumNotReached")),
      second: () => sleep(30),
    });
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "QuorumNotReached" });
    await sleep(60);
    expect(executed.calls).toEqual(["first", "second"]);
    expect(typesOf(executed).slice(-2)).toEqual(["ParallelStateFailed", "ExecutionFailed"]);
  });
});
