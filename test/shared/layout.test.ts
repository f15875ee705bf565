import { describe, expect, test } from "vitest";
import {
  clientsModels,
  clientsModelsOf,
  keyMatches,
  keys,
  prefixes,
  runNamePattern,
} from "../../shared/layout.ts";

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
      keys.roundMetrics("a.b", 1),
      keys.baselineCheckpoint("a.b", 1),
      keys.baselineEpoch("a.b", 1),
      keys.model("a.b", "federated", "model.json"),
      keys.model("a.b", "baseline", "model.json"),
      keys.baselineUsage("a.b", 1),
      keys.baselineClients("a.b"),
      keys.expenses("a.b"),
      keys.result("a.b"),
    ];
    expect(ofRun.filter((key) => key.startsWith(`${keys.runs}a.b/`))).toEqual(ofRun);
    expect(new Set(ofRun).size).toBe(ofRun.length);
  });

  test("a pattern has the keys of its kind, whatever the run is called, and no others", () => {
    for (const run of ["r", "config.json", "runs", "baseline"]) {
      expect(keyMatches(prefixes.config, keys.config(run))).toBe(true);
      expect(keyMatches(prefixes.config, keys.plan(run))).toBe(false);
      expect(keyMatches(prefixes.roundMetrics, keys.roundMetrics(run, 7))).toBe(true);
      expect(keyMatches(prefixes.roundMetrics, keys.roundState(run, 7))).toBe(false);
      expect(keyMatches(prefixes.updates, keys.update(run, 7, 3))).toBe(true);
      expect(keyMatches(prefixes.updates, `runs/${keys.update(run, 7, 3)}`)).toBe(false);
      expect(keyMatches(keys.runs, `runs/${run}`)).toBe(false);
    }
    expect(keyMatches(prefixes.config, "runs/r/configXjson")).toBe(false);
  });

  test("tells what clients sent or keep from everything else of a run", () => {
    const models = [keys.update("a.b", 1, 2), keys.clientState("a.b", 12, 3)];
    const below = (prefixes: readonly string[]) => (key: string) =>
      prefixes.some((prefix) => key.startsWith(prefix));
    expect(models.filter(below(clientsModelsOf("a.b")))).toEqual(models);
    expect(models.filter(below(clientsModels))).toEqual(models);
    // of this run, and of no other whose name begins alike
    expect(models.filter(below(clientsModelsOf("a")))).toEqual([]);
    const others = [
      keys.config("a"),
      keys.plan("a"),
      keys.partition("a"),
      keys.global("a", 1),
      keys.roundState("a", 1),
      keys.roundMetrics("a", 1),
      keys.baselineCheckpoint("a", 1),
      keys.baselineEpoch("a", 1),
      keys.result("a"),
      keys.shard("d", "p", 1),
      // a run may have any name
      keys.result("updates"),
      keys.roundMetrics("clients", 1),
    ];
    expect(others.filter(below(clientsModels))).toEqual([]);
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
