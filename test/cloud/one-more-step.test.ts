import { describe, expect, test } from "vitest";
import { rightsOf } from "../../cdk/constructs/object-rights.ts";
import { mnistSize } from "../../cloud/cost/data-size.ts";
import { estimateRun } from "../../cloud/cost/estimate.ts";
import { invocationsOf, plannedCounts, requestsOf, statesEntered } from "../../cloud/cost/run-counts.ts";
import { initializationMs } from "../../cloud/cost/speed.ts";
import { type Deployment, limitsOf } from "../../cloud/deployment.ts";
import { deployedSteps, type Footprint } from "../../cloud/footprint.ts";
import { checkLimits } from "../../cloud/limits/limits.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { strategyObjects } from "../../cloud/strategy-vectors.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { prefixes } from "../../shared/layout.ts";

/** A step that nobody has: it looks at each round's model. */
const toy: Footprint = {
  name: "InspectRound",
  purpose: "Looks at a round's model",
  part: "round",
  reads: [prefixes.globals, prefixes.baseline],
  writes: [],
  creates: [],
  atOnce: 1,
  limits: { memoryMb: 256, timeoutMinutes: 1 },
  memory: ({ parameters }) => 100 * 2 ** 20 + 4 * parameters,
  smaller: ({ smallerModel }) => smallerModel,
  ms: () => ({ invocation: 1_000 }),
  deadlines: () => [{ what: "a look", units: ["invocation"], field: "toy", change: "look less" }],
  requests: ({ rounds }) => ({ writes: 0, reads: rounds + 1 }),
};

const all: readonly Footprint[] = [...footprints, toy];
const deployment: Deployment = {
  ...defaultDeployment,
  functions: { ...defaultDeployment.functions, [toy.name]: toy.limits },
};
const given = (limits: Partial<Footprint["limits"]>): Deployment => ({
  ...deployment,
  functions: { ...deployment.functions, [toy.name]: { ...toy.limits, ...limits } },
});
const config = resolveConfig({ preset: "paper" });
const sizing = sizingOf(config, mnistSize);

describe("a step more in the list", () => {
  test("is counted: its invocations, its requests, its time", () => {
    const counts = plannedCounts(config);
    expect(invocationsOf(counts, all)).toBe(invocationsOf(counts, footprints) + 101);
    const [before, after] = [footprints, all].map((steps) =>
      requestsOf(counts, strategyObjects(config), steps),
    );
    expect(after).toEqual({ writes: before?.writes, reads: (before?.reads ?? 0) + 101 });

    const usual = estimateRun(sizing, defaultDeployment, footprints);
    const more = estimateRun(sizing, deployment, all);
    const seconds = (101 * 1_000 + initializationMs) / 1_000;
    expect(more.gbSeconds[toy.name]).toBeCloseTo(seconds * 0.25, 9);
    expect(more.seconds - usual.seconds).toBeCloseTo(101, 9);
    expect(more.bill.dollars).toBeGreaterThan(usual.bill.dollars);
  });

  test("shares the states of its part with the steps that are in it", () => {
    const entered = (steps: readonly Footprint[]) =>
      steps.reduce((sum, step) => sum + (step.part === "round" ? statesEntered(step, steps) : 0), 0);
    // the definition, which has not got it, enters as many as before
    expect(entered(all)).toBe(entered(footprints));
    expect(statesEntered(toy, all)).toBe(1);
  });

  test("is refused by its own memory and time, with what to deploy it with", () => {
    const attempt = (deployed: Deployment) => () => checkLimits(sizing, deployed, all);
    expect(attempt(deployment)).not.toThrow();
    expect(attempt(given({ memoryMb: 64 }))).toThrow(
      /^model\.hidden: InspectRound would take about 101 MB, and has 64; .*; or deploy with -c memoryMb\.InspectRound=128$/,
    );
    const slow = { ...toy, ms: () => ({ invocation: 90_000 }) };
    expect(() => checkLimits(sizing, deployment, [...footprints, slow])).toThrow(
      /^toy: InspectRound would take about 2 minutes for a look, and has 1; look less; or deploy with -c timeoutMinutes\.InspectRound=2$/,
    );
  });

  test("has the rights that it states, but to what a stack without the baseline has not", () => {
    expect(rightsOf(toy, { baseline: true }).reads).toEqual(toy.reads);
    expect(rightsOf(toy, { baseline: false }).reads).toEqual([prefixes.globals]);
    const names = (baseline: boolean) => deployedSteps(all, { baseline }).map(({ name }) => name);
    expect(names(false)).toEqual(names(true).filter((name) => name !== "TrainBaseline"));
  });

  test("is missed on a stack of a version that had not got it", () => {
    expect(() => limitsOf(defaultDeployment, toy.name)).toThrow(
      expect.objectContaining({ name: "StackOutdated", message: expect.stringContaining("InspectRound") }),
    );
  });
});
