import { describe, expect, test } from "vitest";
import { keys, runNamePattern, runOfKey } from "../../shared/layout.ts";

describe("the layout", () => {
  test("keys of rounds, epochs and clients list in their order", () => {
    const rounds = [1, 2, 9, 10, 99, 100, 12_345].map((round) => keys.roundMetrics("r", round));
    expect([...rounds].sort()).toEqual(rounds);
    const updates = [0, 1, 9, 10, 9_999].map((client) => keys.update("r", 1, client));
    expect([...updates].sort()).toEqual(updates);
  });

  test("every key of a run names the run", () => {
    const ofRun = [
      keys.config("a.b"),
      keys.plan("a.b"),
      keys.partition("a.b"),
      keys.global("a.b", 1),
      keys.update("a.b", 1, 2),
      keys.roundMetrics("a.b", 1),
      keys.baselineCheckpoint("a.b", 1),
      keys.baselineEpoch("a.b", 1),
      keys.result("a.b"),
    ];
    expect(ofRun.map(runOfKey)).toEqual(ofRun.map(() => "a.b"));
    expect(new Set(ofRun).size).toBe(ofRun.length);
    expect(runOfKey(keys.shard("d", "p", 1))).toBeUndefined();
  });

  test.each(["", ".hidden", "-x", "a/b", "a b", "ü", "x".repeat(81), "a\n"])(
    "refuses the run name %j",
    (name) => {
      expect(runNamePattern.test(name)).toBe(false);
    },
  );

  test.each(["a", "paper-20261123-104502", "A.b_c-9", "x".repeat(72)])("takes the run name %j", (name) => {
    expect(runNamePattern.test(name)).toBe(true);
  });
});
