import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mnistSize } from "../../../cloud/cost/data-size.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../../functions/footprints.ts";
import { check, configOf, floats, lopsided, type Sizes } from "./sizes.ts";

describe("the limits", () => {
  /**
   * What just fits, what no longer does, and the error. By hand, in MB of 2^20 bytes, of 1,769 that each function has, and of
   * which 110 are idle:
   * - PrepareRun holds the data set twice, n x 4,004 bytes, and of the shards that are being written, n / 100 each, 4 x 2:
   *   2.08 n x 4,004 bytes <= 1,659 MB, n <= 208,877.
   * - AggregateRound has ten updates on their way, twice, a sum of six models' bytes, and nine of models, step and states:
   *   35 x 4 P bytes <= 1,659 MB, P <= 12,425,625; a model 1000-h-2 has P = 1,003 h + 2, so h <= 12,388. Where it takes the
   *   median it holds the ten in place of the sum: 39 x 4 P bytes, P <= 11,151,202, h <= 11,117.
   * - TrainClient holds shards that were kept, n x 2,004 bytes as long as these are no more than 0.4 x 1,769, and three times
   *   its own of 0.9 n: 3.7 n x 2,004 bytes <= 1,659 MB, n <= 234,610; the model takes less than one of a thousand of these.
   */
  test.each<[string, Sizes, string[], Sizes, string[], RegExp]>([
    [
      "a data set that PrepareRun cannot hold",
      floats(208_500, 1_000, 100),
      ["partition.clients=100", "baseline.enabled=false"],
      floats(209_500, 1_000, 100),
      ["partition.clients=100", "baseline.enabled=false"],
      /^dataset: PrepareRun would take about 17\d\d MB, and has 1769; bring a data set of fewer/,
    ],
    [
      "updates that AggregateRound cannot add up",
      floats(1_000, 1_000, 10),
      ["model.hidden=[12370]", "baseline.enabled=false"],
      floats(1_000, 1_000, 10),
      ["model.hidden=[12410]", "baseline.enabled=false"],
      /^model\.hidden: AggregateRound would take about 177\d MB, and has 1769; take narrower layers, or lower federation\.fraction/,
    ],
    [
      "updates that AggregateRound cannot hold together",
      floats(1_000, 1_000, 10),
      ["model.hidden=[11100]", "baseline.enabled=false", "federation.strategy.name=Median"],
      floats(1_000, 1_000, 10),
      ["model.hidden=[11130]", "baseline.enabled=false", "federation.strategy.name=Median"],
      /^model\.hidden: AggregateRound would take about 177\d MB, and has 1769; take narrower layers, or lower federation\.fraction/,
    ],
    [
      "a shard that TrainClient cannot hold",
      lopsided(234_000),
      ["partition.clients=2", "dataset.scaling=standard", "baseline.enabled=false"],
      lopsided(235_000),
      ["partition.clients=2", "dataset.scaling=standard", "baseline.enabled=false"],
      /^partition\.clients: TrainClient would take about 17\d\d MB, and has 1769; raise partition\.clients/,
    ],
  ])("refuse %s, and take a little less", (_what, fits, fitting, refused, refusing, message) => {
    expect(() => check(configOf(...fitting), fits, defaultDeployment)).not.toThrow();
    const attempt = () => check(configOf(...refusing), refused, defaultDeployment);
    expect(attempt).toThrow(expect.objectContaining({ name: "LambdaMemoryTooSmall" }));
    expect(attempt).toThrow(message);
  });

  test("let a sum have any number of clients, and not a median", () => {
    const many = (strategy: string) => () =>
      check(
        configOf("partition.clients=1000", "model.hidden=[500]", `federation.strategy.name=${strategy}`),
        floats(100_000, 784, 1000),
        {
          ...defaultDeployment,
          functions: {
            ...defaultDeployment.functions,
            AggregateRound: { memoryMb: 256, timeoutMinutes: 15 },
          },
        },
      );
    expect(many("FedAvg")).not.toThrow();
    expect(many("Median")).toThrow(/AggregateRound would take about 1\d{3} MB, and has 256/);
  });
});

test("the memory reckoned for the paper's run is within a third of what was measured", () => {
  const line = /Largest resident memory: (.*)\./.exec(readFileSync("docs/performance.md", "utf8"))?.[1] ?? "";
  const measured = new Map([...line.matchAll(/(\w+) (\d+) MB/g)].map(([, name, mb]) => [name, Number(mb)]));
  const sizing = sizingOf(configOf(), mnistSize);
  for (const { name, memory, part } of footprints) {
    // which masks nothing
    if (part === "opening") continue;
    const reckoned = memory(sizing, defaultDeployment.functions[name].memoryMb);
    const ratio = reckoned / 2 ** 20 / (measured.get(name) ?? Number.NaN);
    expect(ratio, name).toBeGreaterThan(2 / 3);
    expect(ratio, name).toBeLessThan(4 / 3);
  }
});
