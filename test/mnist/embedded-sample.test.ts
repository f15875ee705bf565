import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, inject, it } from "vitest";
import { openEmbeddedSample, sampleFile } from "../../mnist/embedded-sample.ts";
import { datasetDigest, encodeDataset } from "../../shared/dataset/dataset.ts";
import { sampleDigest } from "../../shared/dataset/known-digests.ts";

describe("the embedded sample", () => {
  it("is 10,000 images of 28 x 28 bytes, label by label, the same every time", async () => {
    const sample = await openEmbeddedSample();
    const { x, y, count, features } = sample.examples;
    expect([count, features, x.length, y.length]).toEqual([10_000, 784, 7_840_000, 10_000]);
    expect(y).toEqual(y.toSorted());
    // the whole range of bytes and, as in MNIST, about four pixels in five black
    expect(new Set(x).size).toBe(256);
    let black = 0;
    for (const pixel of x) if (pixel === 0) black++;
    expect(Math.abs(black / x.length - 0.81)).toBeLessThan(0.01);
    const digest = await datasetDigest(encodeDataset(sample));
    expect(digest).toBe("c37b73dd3fe089fcdb91135fc2a6d44548269841d35e8ab6f3dc5e305eacc12b");
    expect(sampleDigest).toBe(digest);
  });

  it("is refused by name where its file is missing, cut off, or holds anything else", async () => {
    const folder = mkdtempSync(join(inject("temporary"), "sample-"));
    const whole = readFileSync(fileURLToPath(new URL(`../../mnist/${sampleFile}`, import.meta.url)));
    const files = { cut: whole.subarray(0, 1_000_000), other: gzipSync(new Uint8Array(785 * 10)) };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    for (const name of ["missing", ...Object.keys(files)]) {
      await expect(openEmbeddedSample(pathToFileURL(join(folder, name)))).rejects.toMatchObject({
        name: "DatasetInvalid",
        message: expect.stringContaining("npm run prepare"),
      });
    }
  });
});
