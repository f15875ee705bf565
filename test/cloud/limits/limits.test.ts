import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type DataSize, mnistSize } from "../../../cloud/cost/data-size.ts";
import { type Deployment, withLimits } from "../../../cloud/deployment.ts";
import { concurrencyNote } from "../../../cloud/limits/concurrency.ts";
import { checkLimits } from "../../../cloud/limits/limits.ts";
import { type DividedExamples, sizingOf } from "../../../cloud/sizing.ts";
import {
  defaultDeployment,
  type FunctionName,
  footprints,
  functionNames,
} from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import type { Config } from "../../../shared/config/schema.ts";

const configOf = (...set: string[]) => resolveConfig({ preset: "paper", set });

interface Sizes extends DividedExamples {
  readonly data: DataSize;
}

function check(config: Config, sizes: Sizes, deployment: Deployment): void {
  checkLimits(sizingOf(config, sizes.data, sizes), deployment, footprints);
}

/** So many examples of floats, none of them zero, divided evenly; a fifth is held out. */
function floats(examples: number, features: number, clients: number): Sizes {
  const data: DataSize = { examples, features, classes: 2, testExamples: 0, valueBytes: 4, filled: 1 };
  const each = { train: (0.8 * examples) / clients, heldOut: (0.2 * examples) / clients };
  return { data, clients: Array.from({ length: clients }, () => each), testSet: 0 };
}

/** So many examples of 500 bytes, which scaling makes floats; one of two clients has nine tenths of them. */
function lopsided(examples: number): Sizes {
  const { data } = floats(examples, 500, 1);
  const clients = [0.9, 0.1].map((share) => ({
    train: 0.8 * share * examples,
    heldOut: 0.2 * share * examples,
  }));
  return { data: { ...data, valueBytes: 1 }, clients, testSet: 0 };
}

const mnist: Sizes = {
  data: mnistSize,
  clients: Array.from({ length: 10 }, () => ({ train: 5_600, heldOut: 1_400 })),
  testSet: 0,
};

/** The option to deploy with that a refusal names, as setting, function and value. */
function optionIn(attempt: () => void): [setting: string, name: string, value: number] {
  try {
    attempt();
  } catch (error) {
    const [, setting = "", name = "", value] =
      /; or deploy with -c (\w+)\.(\w+)=(\d+)$/.exec(String(error)) ?? [];
    return [setting, name, Number(value)];
  }
  throw new Error("nothing was refused");
}

describe("a stack that offers more takes what is refused, which says how much: ", () => {
  const bare = "baseline.enabled=false";
  const small = functionNames.reduce(
    (all, name) => withLimits(all, name, { memoryMb: 512 }),
    defaultDeployment,
  );
  const hurried = withLimits(small, "TrainClient", { timeoutMinutes: 1 });

  test.each<[string, FunctionName, string[], Sizes, Deployment<FunctionName>]>([
    ["memoryMb", "PrepareRun", ["partition.clients=100", bare], floats(200_000, 1_000, 100), small],
    ["memoryMb", "AggregateRound", ["model.hidden=[8000]", bare], floats(1_000, 1_000, 10), small],
    [
      "memoryMb",
      "TrainClient",
      ["partition.clients=2", bare],
      floats(110_000, 500, 2),
      withLimits(small, "PrepareRun", { memoryMb: 1_024 }),
    ],
    ["timeoutMinutes", "TrainClient", ["training.localEpochs=3000", bare], mnist, hurried],
    // more than a quarter of an hour with half a gigabyte, and Lambda gives no more time, but more of a CPU
    ["memoryMb", "TrainClient", ["training.localEpochs=10000", "model.hidden=[128]", bare], mnist, small],
  ])("%s of %s", (setting, name, set, sizes, deployment) => {
    const attempt = (deployed: Deployment) => () => check(configOf(...set), sizes, deployed);
    const [named, of, value] = optionIn(attempt(deployment));
    expect([named, of]).toEqual([setting, name]);
    const given = (much: number) => withLimits(deployment, name, { [setting]: much });
    // it is enough, and of minutes one less, or of memory a step, is not
    const step = setting === "memoryMb" ? 64 : 1;
    expect(attempt(given(value))).not.toThrow();
    expect(attempt(given(value - step))).toThrow();
  });

  test("of time and of memory, where neither is enough", () => {
    const config = configOf("training.localEpochs=10000", "model.hidden=[128]", bare);
    const attempt = (deployed: Deployment) => () => check(config, mnist, deployed);
    expect(attempt(hurried)).toThrow(
      /; or deploy with -c timeoutMinutes\.TrainClient=15 -c memoryMb\.TrainClient=\d+$/,
    );
    const [, , memoryMb] = optionIn(attempt(small));
    expect(attempt(hurried)).toThrow(new RegExp(`=${memoryMb}$`));
  });

  test("which Lambda does not have is not named", () => {
    const large = floats(2_000_000, 1_000, 1_000);
    const attempt = () => check(configOf("partition.clients=1000", bare), large, small);
    expect(attempt).toThrow(
      /PrepareRun would take about \d+ MB, and has 512; bring a data set of fewer.*features$/,
    );
  });
});

test("a stack without the baseline refuses a configuration that asks for it, before all else", () => {
  const without = { ...defaultDeployment, baseline: false };
  const wide = floats(1_000, 1_000_000, 10);
  expect(() => check(configOf("model.hidden=[1400]"), wide, without)).toThrow(
    expect.objectContaining({ name: "BaselineUnavailable" }),
  );
});

describe("the limits", () => {
  test.each(["paper", "tuned", "missing-labels", "dirichlet-0.1"])(
    "take the preset %s on MNIST",
    (preset) => {
      expect(() => check(resolveConfig({ preset }), mnist, defaultDeployment)).not.toThrow();
    },
  );

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

  test("refuse more local epochs than a quarter of an hour holds", () => {
    // an epoch of 5,600 images takes 784-32-10 about 5 ms on the core that was measured, and twice as long here
    const epochs = (n: number) => () =>
      check(configOf(`training.localEpochs=${n}`, "model.hidden=[32]"), mnist, defaultDeployment);
    expect(epochs(9_000)).not.toThrow();
    const wide = () =>
      check(configOf("training.localEpochs=10000", "model.hidden=[640]"), mnist, defaultDeployment);
    expect(wide).toThrow(expect.objectContaining({ name: "LambdaTimeTooShort" }));
    expect(wide).toThrow(
      /^training\.localEpochs: TrainClient would take about \d+ minutes .* has 15; lower training\.localEpochs, raise partition\.clients/,
    );
  });

  test("refuse an epoch of the baseline that no invocation ends", () => {
    // 56,000 examples, of each 2 x 1.96 and 3 x 6.28 million products of 0.4 ns, take 510 s, and twice as long on Lambda
    const halves = { ...mnist, clients: [1, 2].map(() => ({ train: 28_000, heldOut: 7_000 })) };
    const slow = [
      "training.trainer=tfjs",
      "model.hidden=[2500,2500]",
      "training.localSteps=1",
      "partition.clients=2",
    ];
    expect(() => check(configOf(...slow), halves, defaultDeployment)).toThrow(
      /^baseline\.enabled: TrainBaseline would take about \d+ minutes for one epoch, and has 15; set baseline\.enabled to false/,
    );
    expect(() => check(configOf(...slow, "baseline.enabled=false"), halves, defaultDeployment)).not.toThrow();
  });

  test("refuse an object that S3 does not take at once, before anything else", () => {
    // 2^30 floats and a little more than 2^28 of them
    const wide = floats(1_000, 1_000_000, 10);
    expect(() => check(configOf("model.hidden=[1400]"), wide, defaultDeployment)).toThrow(
      /^model\.hidden: an update has \d{10} bytes, and S3 takes at most 5368709120 at once/,
    );
    const long = floats(28_000, 100_000, 2);
    expect(() => check(configOf("partition.clients=2"), long, defaultDeployment)).toThrow(
      /^partition\.clients: a shard has 5600056000 bytes/,
    );
  });

  test("refuse counts of more classes by more clients than a record can hold", () => {
    const counts = (clients: number, classes: number) => () => {
      const of = floats(20_000, 10, clients);
      check(
        configOf(`partition.clients=${clients}`, "federation.fraction=0.01", "baseline.enabled=false"),
        { ...of, data: { ...of.data, classes } },
        defaultDeployment,
      );
    };
    // 40 bytes for each class of each client, and 40 for each pair of classes, in 112 MiB
    expect(counts(5_000, 500)).not.toThrow();
    expect(counts(5_000, 600)).toThrow(
      /^partition\.clients: the counts of 5000 clients' examples by 600 classes may take \d{9} bytes in a record/,
    );
  });

  test("refuse a budget that pays for nothing", () => {
    expect(() => check(configOf("federation.budget=0.001"), mnist, defaultDeployment)).toThrow(
      /^federation\.budget: /,
    );
  });
});

test("a new account's concurrency is a note, and none for a run that stays below it", () => {
  expect(concurrencyNote(configOf("partition.clients=9"))).toBeUndefined();
  expect(concurrencyNote(configOf("partition.clients=10", "baseline.enabled=false"))).toBeUndefined();
  expect(concurrencyNote(configOf("partition.clients=10"))).toMatch(/^up to 11 Lambda functions run at once/);
  // an inline Map starts forty
  expect(concurrencyNote(configOf("partition.clients=500"))).toMatch(/^up to 41 /);
});

test("the memory reckoned for the paper's run is within a third of what was measured", () => {
  const line = /Largest resident memory: (.*)\./.exec(readFileSync("docs/performance.md", "utf8"))?.[1] ?? "";
  const measured = new Map([...line.matchAll(/(\w+) (\d+) MB/g)].map(([, name, mb]) => [name, Number(mb)]));
  const sizing = sizingOf(configOf(), mnistSize);
  for (const { name, memory } of footprints) {
    const reckoned = memory(sizing, defaultDeployment.functions[name].memoryMb);
    const ratio = reckoned / 2 ** 20 / (measured.get(name) ?? Number.NaN);
    expect(ratio, name).toBeGreaterThan(2 / 3);
    expect(ratio, name).toBeLessThan(4 / 3);
  }
});
