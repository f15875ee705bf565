import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type OpenedDataset, openDataset } from "../../../cli/dataset/open.ts";
import { openEmbeddedSample } from "../../../mnist/embedded-sample.ts";
import { partitionTable } from "../../../report/partition-table.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { datasetDigest, encodeDataset } from "../../../shared/dataset/dataset.ts";
import { mnistDigest } from "../../../shared/dataset/known-digests.ts";
import { partitionDataset } from "../../../shared/partition/partition.ts";

/** What stands beside the repository where fedstep is developed; elsewhere FEDSTEP_DATA may name it. */
const folder =
  process.env.FEDSTEP_DATA || fileURLToPath(new URL("../../../../shared/mnist", import.meta.url));

describe.skipIf(!existsSync(folder))("the published MNIST (needs ../shared/mnist)", () => {
  let mnist: OpenedDataset;
  beforeAll(async () => {
    mnist = await openDataset({ data: folder, env: {} });
  });

  it("is 70,000 images with the label totals of the paper, and known by its digests", () => {
    expect(mnist).toMatchObject({
      name: "mnist",
      source: "directory",
      classes: 10,
      imageShape: [28, 28],
      notes: [],
    });
    const totals = new Array<number>(10).fill(0);
    for (const label of mnist.examples.y) totals[label] = (totals[label] ?? 0) + 1;
    expect(totals).toEqual([6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]);
  });

  it("has the digest that Python computed over the same bytes", async () => {
    const digest = await datasetDigest(encodeDataset(mnist));
    expect(digest).toBe("f97ab6b23e27052178f356cb11e62c025aa50cb2d411789f62fdff1fca6e1d15");
    expect(mnistDigest).toBe(digest);
  });

  it("gives client 1 the paper's Table 1, in numbers and on paper", () => {
    const config = resolveConfig({ preset: "paper" });
    const { clients } = partitionDataset(mnist.examples.y, mnist.classes, config);
    expect(clients[1]?.labelCounts).toEqual([346, 4331, 350, 358, 342, 316, 344, 365, 342, 348]);
    expect(partitionTable(clients.map(({ labelCounts }) => labelCounts))).toMatch(
      /\n1 +346 +4331 +350 +358 +342 +316 +344 +365 +342 +348 +7442/,
    );
  });

  it("holds every image of the embedded sample, byte for byte and with its label", async () => {
    const keysOf = ({ examples: { x, y, count } }: Pick<OpenedDataset, "examples">) =>
      Array.from({ length: count }, (_, i) => {
        const image = x.subarray(i * 784, (i + 1) * 784);
        return Buffer.from(image).toString("latin1") + y[i];
      });
    const all = new Set(keysOf(mnist));
    expect(keysOf(await openEmbeddedSample()).filter((key) => !all.has(key))).toEqual([]);
  });
});
