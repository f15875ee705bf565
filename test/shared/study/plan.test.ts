import { describe, expect, test } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { runNamePattern } from "../../../shared/layout.ts";
import { attemptName, planStudy, runName } from "../../../shared/study/plan.ts";

const digest = "0".repeat(64);

const grid = {
  name: "grid",
  preset: "tuned",
  config: { federation: { rounds: 7 }, model: { hidden: [8] } },
  vary: {
    "partition.otherShare": [0.1, { label: "none", value: 0 }],
    "federation.strategy": [
      { name: "FedAvg" },
      { name: "FedProx", mu: 0.1 },
      { label: "Adam", value: { name: "FedAdam" } },
    ],
  },
  seeds: [3, 5],
};

const names = (input: object, dataset = digest) => {
  const { study, runs } = planStudy(input, checkConfig);
  return runs.map((run) => runName(study.name, run, dataset));
};

describe("the grid", () => {
  const { cells, runs } = planStudy(grid, checkConfig);

  test("is every combination, the last axis changing fastest", () => {
    expect(cells.map(({ labels }) => labels)).toEqual([
      ["0.1", "FedAvg"],
      ["0.1", "FedProx mu=0.1"],
      ["0.1", "Adam"],
      ["none", "FedAvg"],
      ["none", "FedProx mu=0.1"],
      ["none", "Adam"],
    ]);
  });

  test("resolves each cell as a run with these assignments", () => {
    const run = (seed: number, strategy: string) =>
      resolveConfig({
        preset: "tuned",
        file: grid.config,
        set: ["partition.otherShare=0", `federation.strategy=${strategy}`, `seed=${seed}`],
      });
    expect(cells[4]?.config).toEqual(run(3, '{"name":"FedProx","mu":0.1}'));
    const planned = runs.filter(({ cell }) => cell === cells[5]);
    expect(planned.map(({ config }) => config)).toEqual([
      run(3, '{"name":"FedAdam"}'),
      run(5, '{"name":"FedAdam"}'),
    ]);
  });

  test("runs all cells with the first seed before any with the second", () => {
    expect(runs.map(({ config }) => config.seed)).toEqual([3, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5, 5]);
    expect(runs.slice(0, 6).map(({ cell }) => cell)).toEqual(cells);
  });

  test("may vary the preset, and several fields together under a name of its own", () => {
    const { axes, cells } = planStudy(
      {
        name: "presets",
        vary: {
          preset: ["tuned", "smoke"],
          pace: {
            label: "pace of training",
            values: [
              { label: "slow", set: { "training.learningRate": 0.01, "federation.rounds": 20 } },
              { label: "fast", set: { "training.learningRate": 0.5, "federation.rounds": 5 } },
            ],
          },
        },
        seeds: [1],
      },
      checkConfig,
    );
    expect(axes.map(({ label }) => label)).toEqual(["preset", "pace of training"]);
    expect(cells.map(({ labels, config }) => [...labels, config.preset, config.federation.rounds])).toEqual([
      ["tuned", "slow", "tuned", 20],
      ["tuned", "fast", "tuned", 5],
      ["smoke", "slow", "smoke", 20],
      ["smoke", "fast", "smoke", 5],
    ]);
    expect(cells[1]?.config.training.learningRate).toBe(0.5);
  });

  test("without axes is one cell", () => {
    expect(planStudy({ name: "one", preset: "smoke", seeds: [1, 2] }, checkConfig).runs).toHaveLength(2);
  });
});

describe("a run's name", () => {
  test("says study, values and seed, and is what Step Functions and S3 take", () => {
    const all = names(grid);
    expect(all[1]).toMatch(/^grid-0\.1-FedProx-0\.1-s3-[0-9a-f]{10}$/);
    expect(all[9]).toMatch(/^grid-0-FedAvg-s5-[0-9a-f]{10}$/);
    expect(new Set(all).size).toBe(all.length);
  });

  test("is the same whenever the study is read, and follows configuration and data set, not labels", () => {
    const [share, strategy] = [grid.vary["partition.otherShare"], grid.vary["federation.strategy"]];
    const relabelled = {
      ...grid,
      about: "other words",
      vary: {
        "partition.otherShare": { label: "share", values: [{ label: "even", value: 0.1 }, share[1]] },
        "federation.strategy": strategy,
      },
    };
    expect(names(relabelled)).toEqual(names(grid));
    const longer = { ...grid, config: { ...grid.config, federation: { rounds: 8 } } };
    expect(names(longer).filter((name) => names(grid).includes(name))).toEqual([]);
    const others = names(grid, "1".repeat(64));
    expect(others.filter((name) => names(grid).includes(name))).toEqual([]);
  });

  test("stays within 72 characters, further attempts included, whatever the values", () => {
    const long = names({
      name: "x".repeat(32),
      preset: "smoke",
      vary: { "model.hidden": [Array.from({ length: 16 }, () => 1234), [8]] },
      seeds: [4_294_967_295],
    });
    for (const name of long) expect(attemptName(name, 99)).toMatch(runNamePattern);
  });
});
