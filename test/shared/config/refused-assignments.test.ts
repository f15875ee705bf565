import { describe, expect, it } from "vitest";
import { refusal } from "./refusal.ts";
import { refusedAssignments, refusedOfKinds } from "./refused-assignments.ts";

describe("a configuration that is refused", () => {
  it.each(refusedAssignments)(
    "for %s names the field, what it got and what it takes",
    (_, assignment, message) => {
      const lines = refusal({ set: [assignment] });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(message);
    },
  );

  it.each(refusedOfKinds)("for a field of the kind %s, %s, knows what that takes", (kind, field, message) => {
    expect(refusal({ set: [`partition.${field}`, `partition.kind=${kind}`] })).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it("names every wrong field, each on its line", () => {
    const lines = refusal({ set: ["seed=x", "training.momentum=1", "model.depth=2"] });
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual([
      "model.depth",
      "seed",
      "training.momentum",
    ]);
  });
});
