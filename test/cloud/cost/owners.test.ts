import { expect, test } from "vitest";
import type { DataSize } from "../../../cloud/cost/data-size.ts";
import { hourAtWork } from "../../../cloud/cost/door.ts";
import { estimateRun } from "../../../cloud/cost/estimate.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { signSeconds } from "../../../shared/owners/waiting-job.ts";

const config = (strategy: string) =>
  resolveConfig({
    file: {
      partition: { kind: "natural-id", clients: 4 },
      model: { hidden: [8] },
      federation: { rounds: 10, strategy: { name: strategy } },
      baseline: { enabled: false },
    },
    owners: 4,
  });
const size: DataSize = {
  ...{ examples: 4000, features: 6, classes: 2, testExamples: 0, valueBytes: 4, filled: 1 },
};
const estimate = (owners: boolean, strategy = "FedAvg", examples = 4000) =>
  estimateRun(
    sizingOf(config(strategy), { ...size, examples, owners }),
    { ...defaultDeployment, door: true },
    footprints,
  );

test("what owners keep is not the coordinator's to pay: neither data and shards, nor what a strategy has clients keep", () => {
  expect(estimate(false).kept.data).toBe(2 * 4000 * (6 * 4 + 4));
  expect(estimate(true).kept.data).toBe(0);
  const more = (owners: boolean) =>
    estimate(owners, "SCAFFOLD").kept.updates - estimate(owners, "FedAvg").kept.updates;
  // SCAFFOLD's clients send a second vector as long as the model, and keep one: (6 + 1) * 8 + (8 + 1) * 2 values
  expect(more(true)).toBe(10 * 4 * 4 * 74);
  expect(more(false)).toBe(2 * more(true));
});

test("nothing of the bill depends on how many examples owners have, since they train where they are", () => {
  expect(estimate(true, "FedAvg", 4_000_000).bill).toEqual(estimate(true).bill);
});

test("an owner at work says so each minute, and sooner where a round waits for less than three", () => {
  expect([1, 2, 3, 10].map(signSeconds)).toEqual([20, 40, 60, 60]);
  const { requests, total } = hourAtWork({ architecture: "arm64" }, signSeconds(10));
  expect(requests).toBe(60);
  // an invocation and a GET each, and 60 ms of an eighth of a gigabyte
  expect(total).toBeCloseTo(60 * (0.2e-6 + 0.4e-6 + 0.06 * 0.125 * 0.0000133334), 12);
});
