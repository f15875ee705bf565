import { expect, test } from "vitest";
import { estimateRun } from "../../cloud/cost/estimate.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, playRun, toyConfig } from "./played-run.ts";

const size = { examples: 90, features: 12, classes: 3, testExamples: 0, valueBytes: 1, filled: 1 } as const;
const long = ["federation.rounds=20", "baseline.epochs=20"];
const dollarsOf = (...set: string[]) =>
  estimateRun(sizingOf(toyConfig(...set), size), defaultDeployment, footprints).bill.dollars;

async function played(...set: string[]) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig(...long, ...set));
  return (await playRun(bucket, "r")).result;
}

test("a run ends with the model and the baseline that its budget pays for, and keeps all of it", async () => {
  const least = dollarsOf("federation.rounds=1", "baseline.epochs=1");
  const whole = dollarsOf(...long);
  for (const part of [0, 0.3, 0.7]) {
    const budget = least + part * (whole - least);
    const { federated, baseline, cost } = await played(`federation.budget=${budget}`);
    expect(federated.ended).toBe("budget");
    expect(federated.rounds.length).toBeLessThan(20);
    expect(federated.rounds.length).toBeGreaterThanOrEqual(Math.floor(1 + part * 18));
    expect(baseline?.epochs.length).toBeLessThan(20);
    expect(cost?.dollars).toBeLessThanOrEqual(budget);
  }
});

test("a fork spends its budget on rounds of its own, whatever those cost that it has taken", async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig(...long));
  await playRun(bucket, "r");
  const of = { run: "r", round: 10 };
  for (const rounds of [2, 4, 8]) {
    const budget = dollarsOf(`federation.rounds=${rounds}`, "baseline.epochs=4");
    const fork = `f${rounds}`;
    await claimFork(bucket, fork, of, `federation.budget=${budget}`);
    const { federated, cost } = (await playRun(bucket, fork)).result;
    const anew = (await played("federation.rounds=10", `federation.budget=${budget}`)).federated;
    expect([federated.ended, anew.ended]).toEqual(["budget", "budget"]);
    const own = federated.rounds.length - of.round;
    // what it has taken over is written anew, and takes a little of the budget
    expect([anew.rounds.length - 1, anew.rounds.length]).toContain(own);
    expect(own).toBeGreaterThanOrEqual(1);
    expect(cost?.dollars).toBeLessThanOrEqual(budget);
  }
});

test("a run with money enough has the bits of one without a budget", async () => {
  const [free, rich] = [await played(), await played("federation.budget=100")];
  expect(rich.federated.weightsSha256).toBe(free.federated.weightsSha256);
  expect(rich.baseline?.weightsSha256).toBe(free.baseline?.weightsSha256);
  expect(rich.federated.ended).toBe("rounds");
});

test("a run that its budget ends has, round for round, the models of one without", async () => {
  const budget = dollarsOf("federation.rounds=8", "baseline.epochs=8");
  const [free, poor] = [await played(), await played(`federation.budget=${budget}`)];
  const rounds = poor.federated.rounds.map(({ accuracy, loss }) => [accuracy, loss]);
  expect(rounds.length).toBeGreaterThan(1);
  expect(free.federated.rounds.map(({ accuracy, loss }) => [accuracy, loss]).slice(0, rounds.length)).toEqual(
    rounds,
  );
});
