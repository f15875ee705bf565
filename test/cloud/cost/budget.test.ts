import { describe, expect, test } from "vitest";
import { allowanceOf } from "../../../cloud/allowance.ts";
import { billOf } from "../../../cloud/cost/bill.ts";
import { affordsEpochs, affordsRound, checkBudget } from "../../../cloud/cost/budget.ts";
import { mnistSize } from "../../../cloud/cost/data-size.ts";
import { estimateRun } from "../../../cloud/cost/estimate.ts";
import { invocationsOf, plannedCounts } from "../../../cloud/cost/run-counts.ts";
import type { Deployment } from "../../../cloud/deployment.ts";
import { prices } from "../../../cloud/prices.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { firstRound, nextRound } from "../../../shared/rounds/next-round.ts";
import { resumedRound } from "../../../shared/rounds/resumed-round.ts";
import type { Plan } from "../../../shared/workflow/plan-record.ts";
import { addUsage, noUsage, type Usage } from "../../../shared/workflow/usage.ts";
import { mlpOf } from "../../shared/model/mlp-of.ts";

const digest = "ab".repeat(32);

function planOf(budget: number | null, ...set: string[]): Plan {
  const config = resolveConfig({ preset: "paper", set: [`federation.budget=${budget}`, ...set] });
  return {
    run: "r",
    config,
    dataset: {
      name: "toy",
      source: "test",
      digest,
      examples: 70_000,
      features: 784,
      classes: 10,
      element: "uint8",
    },
    partition: digest,
    claim: "",
    shards: [],
    scaling: null,
    model: mlpOf(784, [32], 10),
    clients: Array.from({ length: 10 }, (_, client) => ({
      client,
      train: 5_600,
      heldOut: 1_400,
      heldOutLabels: new Array(10).fill(140),
    })),
    examiner: null,
    testSet: null,
    origins: [],
    partitionSeal: null,
    start: null,
  };
}

const seconds = (gbSeconds: number): Usage => ({ count: 11, cold: 0, billedMs: 0, gbSeconds });

/** What a federation trains whose rounds, the final pass among them, use so many GB-seconds, and what all of it costs. */
function spentBy(plan: Plan, used: (round: number) => number) {
  let state = firstRound(plan, allowanceOf(plan, defaultDeployment, footprints));
  let usage = noUsage;
  const completed = [];
  while (state.stage !== "done") {
    const ofRound = seconds(used(state.round));
    usage = addUsage(usage, ofRound);
    const task = state.ended === null ? ("train" as const) : ("evaluate" as const);
    const evaluated = { round: state.round - 1, examples: 14_000, accuracy: 0.5 };
    completed.push({ evaluated, clients: [], task, usage: ofRound });
    state = nextRound(
      plan,
      allowanceOf(plan, defaultDeployment, footprints),
      state,
      { evaluated, clients: [] },
      usage,
    );
  }
  const rounds = state.round - 2;
  const { baseline, ...rest } = plan.config;
  const config = { ...rest, baseline: { ...baseline, enabled: false } };
  const sizing = sizingOf(config, { ...mnistSize, filled: 1 });
  const around = estimateRun(sizing, defaultDeployment, footprints).gbSeconds;
  const counts = plannedCounts(config, { rounds });
  const gbSeconds = usage.gbSeconds + around.PrepareRun + around.FinishRun;
  const { dollars } = billOf(
    sizing.vectors,
    counts,
    { invocations: invocationsOf(counts, footprints), gbSeconds, seconds: 100 },
    defaultDeployment,
    footprints,
  );
  return { rounds, dollars, ended: state.ended, completed };
}

const noBaseline = "baseline.enabled=false";
const paying = { deployment: defaultDeployment, footprints };

describe("a federation with a budget", () => {
  const budgets = Array.from({ length: 25 }, (_, i) => 0.006 + 0.004 * i);

  test.each(budgets)(
    "of %d dollars spends no more where rounds cost the same, and leaves less than one round",
    (budget) => {
      const plan = planOf(budget, noBaseline);
      const { rounds, dollars, ended } = spentBy(plan, () => 20);
      expect(dollars).toBeLessThanOrEqual(budget);
      if (ended === "rounds") return expect(rounds).toBe(100);
      expect(ended).toBe("budget");
      const ofRound = 13 * prices.stateTransition + 20 * prices.lambdaGbSecond.arm64 + 50 * prices.s3Write;
      // the final pass was reckoned like a round
      expect(budget - dollars).toBeLessThan(2 * ofRound);
    },
  );

  test.each(budgets)(
    "of %d dollars spends at most what its last round and its final pass are dearer than the mean",
    (budget) => {
      // rounds that double, now and then, as cold environments and throttled ones do
      const used = (round: number) => 10 * (1 + ((round * 7919) % 5));
      const plan = planOf(budget, noBaseline);
      const { rounds, dollars } = spentBy(plan, used);
      const before = Array.from({ length: Math.max(1, rounds - 1) }, (_, i) => used(i + 1));
      const mean = before.reduce((sum, one) => sum + one, 0) / before.length;
      const dearer = Math.max(0, used(rounds) - mean) + Math.max(0, used(rounds + 1) - mean);
      expect(dollars).toBeLessThanOrEqual(budget + dearer * prices.lambdaGbSecond.arm64);
    },
  );

  test("trains one round at least, and all of them where there is enough", () => {
    expect(spentBy(planOf(0.0001, noBaseline), () => 20).rounds).toBe(1);
    expect(spentBy(planOf(1, noBaseline), () => 20)).toMatchObject({ rounds: 100, ended: "rounds" });
  });

  test("that had its final pass has had it when resumed, though a little less is known of what was spent", () => {
    const plan = planOf(0.02, noBaseline);
    const { completed, rounds } = spentBy(plan, () => 20);
    const known = completed.map((round) => ({ ...round, usage: seconds(0.9 * round.usage.gbSeconds) }));
    expect(resumedRound(plan, allowanceOf(plan, defaultDeployment, footprints), known, 2)).toMatchObject({
      stage: "done",
      ended: "budget",
      round: rounds + 2,
    });
    expect(
      resumedRound(plan, allowanceOf(plan, defaultDeployment, footprints), known.slice(0, 5), 2),
    ).toMatchObject({
      stage: "round",
      ended: null,
      round: 6,
    });
  });
});

describe("the shares of a budget", () => {
  const affordable = (budget: number | null, gbSecondsOfEpoch: number): number => {
    const plan = planOf(budget);
    const epochMs = (gbSecondsOfEpoch / 2) * 1000;
    const spent = (epochs: number) => ({
      epochs,
      usage: { ...seconds(epochs * gbSecondsOfEpoch), count: 1 },
      epochMs,
    });
    let epochs = 1;
    while (epochs < 100 && affordsEpochs(plan, paying, 1, spent(epochs))) epochs++;
    return epochs;
  };

  test("stop the baseline before the epoch that would pass its own, and together are no more than all of it", () => {
    const budget = 0.03;
    const epochs = affordable(budget, 10);
    expect(epochs).toBeGreaterThan(1);
    expect(epochs).toBeLessThan(100);
    const { dollars } = spentBy(planOf(budget), () => 20);
    const ofBaseline =
      epochs * (10 * prices.lambdaGbSecond.arm64 + prices.s3Write) + 2 * prices.stateTransition;
    expect(dollars + ofBaseline).toBeLessThanOrEqual(budget);
  });

  test("of a budget that is large, and of none, stop nothing", () => {
    expect(affordable(100, 10)).toBe(100);
    expect(affordable(null, 1e9)).toBe(100);
  });
});

test("a budget that does not pay for one round and one epoch is refused with one that does", () => {
  const sizing = (budget: number) => sizingOf(planOf(budget).config, mnistSize);
  const attempt = () => checkBudget(sizing(0.001), paying);
  expect(attempt).toThrow(
    expect.objectContaining({
      name: "BudgetTooSmall",
      message: expect.stringMatching(
        /^federation\.budget: 0\.001 dollars do not pay .* take at least 0\.00\d+, or null$/,
      ),
    }),
  );
  const message = (() => {
    try {
      return attempt();
    } catch (error) {
      return String(error);
    }
  })();
  const [, least] = /take at least ([\d.]+)/.exec(String(message)) ?? [];
  expect(() => checkBudget(sizing(Number(least)), paying)).not.toThrow();
  expect(() => checkBudget(sizing(Number(least) - 0.0001), paying)).toThrow();
});

test("a budget is spent at the prices of the stack's processor", () => {
  const x86: Deployment = { ...defaultDeployment, architecture: "x86_64" };
  const plan = planOf(0.03, noBaseline);
  // a round as dear as x86_64 makes it is one too many, where arm64 still pays for it
  const rounds = (deployment: Deployment) => {
    let trained = 1;
    while (trained < 100 && affordsRound(plan, { deployment, footprints }, trained, seconds(80 * trained)))
      trained++;
    return trained;
  };
  const states = 13 * prices.stateTransition + 12 * prices.s3Write;
  const ofRound = (gbSecond: number) => states + 80 * gbSecond;
  const ratio = ofRound(0.0000166667) / ofRound(0.0000133334);
  expect(rounds(x86)).toBeLessThan(rounds(defaultDeployment));
  expect(rounds(defaultDeployment) / rounds(x86)).toBeGreaterThan(ratio / 1.2);
  expect(rounds(defaultDeployment) / rounds(x86)).toBeLessThan(ratio * 1.2);
});
