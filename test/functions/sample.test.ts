import { expect, test } from "vitest";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { encodeDataset } from "../../shared/dataset/dataset.ts";
import { sampleDigest } from "../../shared/dataset/known-digests.ts";
import { keys } from "../../shared/layout.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { playRun } from "./played-run.ts";

test("the paper's run on the sample is one that learns, about as far as the paper's", async () => {
  const bucket = new MemoryBucket();
  const sample = await openEmbeddedSample();
  const config = resolveConfig({ preset: "paper", sample: true });
  bucket.contents.set(keys.dataset(sampleDigest), encodeDataset(sample));
  await bucket.objects.putRecord(keys.config("r"), {
    run: "r",
    createdAt: "2026-01-01T00:00:00.000Z",
    config,
    dataset: {
      name: sample.name,
      source: sample.source,
      digest: sampleDigest,
      examples: 10_000,
      features: 784,
      classes: 10,
    },
  });
  const { result } = await playRun(bucket, "r");
  // the paper has 85.5 % and 90.2 %; with the learning rate for all of MNIST they were 58.55 % and 78.95 %
  expect(Math.abs((result.federated.accuracy ?? NaN) - 0.855)).toBeLessThan(0.02);
  expect(Math.abs((result.baseline?.accuracy ?? 0) - 0.902)).toBeLessThan(0.02);
});
