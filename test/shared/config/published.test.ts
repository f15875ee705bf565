import { describe, expect, test } from "vitest";
import { publicationOf } from "../../../shared/config/published.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { mnistDigest, sampleDigest } from "../../../shared/dataset/known-digests.ts";

const mnist = { digest: mnistDigest };
const paper = (...set: string[]) => resolveConfig({ preset: "paper", set });

describe("what was published stands beside a run", () => {
  test.each([1, 2, 77])("of the preset's configuration on all of MNIST, with seed %i", (seed) => {
    expect(publicationOf({ config: paper(`seed=${seed}`), dataset: mnist })).toMatchObject({
      comparable: true,
      figures: { federated: 0.855, baseline: 0.902 },
    });
  });

  test("whose configuration comes back from its record", () => {
    const config = JSON.parse(JSON.stringify(paper()));
    expect(publicationOf({ config, dataset: mnist })?.comparable).toBe(true);
  });
});

describe("what was published is of something else than a run", () => {
  test.each([
    "federation.rounds=5",
    "training.learningRate=0.1",
    "partition.otherShare=0",
    "partition.kind=iid",
    "model.hidden=[64]",
    "dataset.limit=60000",
    "federation.strategy.name=FedAdam",
    "baseline.epochs=20",
  ])("with %s", (set) => {
    expect(publicationOf({ config: paper(set), dataset: mnist })?.comparable).toBe(false);
  });

  test("on the sample, or on other data of whatever name", () => {
    const config = paper();
    for (const digest of [sampleDigest, "ab".repeat(32)]) {
      expect(publicationOf({ config, dataset: { digest } })?.comparable).toBe(false);
    }
  });

  test("that goes on from another one", () => {
    const from = { run: "first", round: 50 };
    expect(publicationOf({ config: paper(), dataset: mnist, from })?.comparable).toBe(false);
  });
});

test("a preset about which nothing was published has none", () => {
  expect(publicationOf({ config: resolveConfig({ preset: "tuned" }), dataset: mnist })).toBeUndefined();
  expect(publicationOf({ config: resolveConfig({}), dataset: mnist })).toBeUndefined();
});
