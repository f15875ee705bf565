import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChaosEvent } from "../../../local/chaos/event.ts";
import { describeFault, faultSchema } from "../../../local/chaos/fault.ts";
import { drawnPlan, listedPlan } from "../../../local/chaos/plan.ts";

const event = (changes: Partial<ChaosEvent> = {}): ChaosEvent => ({
  function: "TrainClient",
  run: "r",
  round: 1,
  client: 0,
  delivery: 1,
  ...changes,
});
const events: fc.Arbitrary<ChaosEvent> = fc
  .record({
    function: fc.constantFrom("TrainClient" as const, "AggregateRound" as const, "FinishRun" as const),
    run: fc.string(),
    round: fc.option(fc.nat(1000)),
    client: fc.option(fc.nat(100)),
    delivery: fc.integer({ min: 1, max: 12 }),
  })
  .map((fields) => event(fields));

describe("a drawn plan", () => {
  test("gives an event the same fault whatever else was asked before, and another seed other ones", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(events, { minLength: 1, maxLength: 20 }), (seed, asked) => {
        const [plan, again] = [drawnPlan(0.5, seed), drawnPlan(0.5, seed)];
        const forwards = asked.map(plan);
        const backwards = asked.toReversed().map(again).toReversed();
        expect(backwards).toEqual(forwards);
        for (const fault of forwards) if (fault) expect(faultSchema.parse(fault)).toEqual(fault);
      }),
    );
    const many = Array.from({ length: 200 }, (_, client) => event({ client }));
    expect(many.map(drawnPlan(0.5, 1))).not.toEqual(many.map(drawnPlan(0.5, 2)));
  });

  test.each([0.05, 0.3, 1])("strikes a share of %d", (probability) => {
    const clients = Array.from({ length: 4000 }, (_, client) => event({ client }));
    const struck = clients.map(drawnPlan(probability, 7)).filter((fault) => fault !== undefined).length;
    // a tenth of it lasts for all deliveries; four standard deviations of 4,000 draws are 0.03 at the most
    const expected = 1 - (1 - probability) * (1 - 0.1 * probability);
    expect(Math.abs(struck / 4000 - expected)).toBeLessThan(0.03);
  });

  test("knows every kind, and damages no update but a client's", () => {
    const kinds = (fn: ChaosEvent["function"]) => {
      const plan = drawnPlan(1, 3);
      const faults = Array.from({ length: 600 }, (_, round) => plan(event({ function: fn, round })));
      return new Set(faults.map((fault) => (fault?.fault === "update" ? fault.damage : fault?.fault)));
    };
    expect([...kinds("TrainClient")].sort()).toEqual([
      "absent",
      "delivered-twice",
      "flipped-bit",
      "killed",
      "not-finite",
      "other-round",
      "out-of-memory",
      "rotten-bit",
      "s3-error",
      "s3-slow-down",
      "throttled",
      "timed-out",
      "truncated",
      "wrong-shape",
    ]);
    expect(kinds("AggregateRound").size).toBe(7);
  });
});

describe("a listed plan", () => {
  const killed = { fault: "killed", afterWrite: null } as const;
  const truncated = { fault: "update", damage: "truncated", at: 0.5 } as const;

  test("strikes what a fault names, and all where it names nothing; the first counts", () => {
    const plan = listedPlan([{ ...killed, function: "TrainClient", round: 2, delivery: 1 }, truncated]);
    expect(plan(event({ round: 2 }))).toEqual(killed);
    expect(plan(event({ round: 2, delivery: 2 }))).toEqual(truncated);
    expect(plan(event())).toEqual(truncated);
    expect(plan(event({ function: "AggregateRound", client: null }))).toBeUndefined();
  });

  test("says what it does", () => {
    expect(describeFault(killed)).toBe("killed before its work");
    expect(describeFault({ fault: "timed-out", afterWrite: 2 })).toBe("timed-out after write 2");
    expect(describeFault(truncated)).toBe("update truncated");
    expect(describeFault({ fault: "s3-slow-down", method: "GET", tries: 2 })).toContain("503 SlowDown");
  });
});
