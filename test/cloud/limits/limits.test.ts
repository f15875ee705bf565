import { describe, expect, test } from "vitest";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { check, configOf, floats, mnist } from "./sizes.ts";

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
