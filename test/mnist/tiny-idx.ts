import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { IdxName } from "../../mnist/published.ts";
import { datasetDigest, encodeDataset } from "../../shared/dataset/dataset.ts";
import { poolIdxSet } from "../../shared/dataset/idx-set.ts";

/** An IDX file as the format's page has it: magic, sizes, values. */
export function idx(sizes: readonly number[], values: readonly number[] | Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 + sizes.length);
  sizes.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, Buffer.from(values)]);
}

const pixels = (count: number, from: number) => Array.from({ length: count * 6 }, (_, i) => (from + i) % 256);

/** A data set of 40 + 20 images of 2 x 3 pixels of ten classes: small enough to download a thousand times. */
export const tiny: Readonly<Record<IdxName, Buffer>> = {
  "train-images-idx3-ubyte": idx([40, 2, 3], pixels(40, 0)),
  "train-labels-idx1-ubyte": idx(
    [40],
    Array.from({ length: 40 }, (_, i) => i % 10),
  ),
  "t10k-images-idx3-ubyte": idx([20, 2, 3], pixels(20, 100)),
  "t10k-labels-idx1-ubyte": idx(
    [20],
    Array.from({ length: 20 }, (_, i) => (i + 5) % 10),
  ),
};

/** Stands in for the published table: the tiny set is what the mirrors must serve. */
export const tinyPublished = Object.fromEntries(
  Object.entries(tiny).map(([name, bytes]) => [
    name,
    { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length },
  ]),
);

export const tinyGz: Readonly<Record<string, Buffer>> = Object.fromEntries(
  Object.entries(tiny).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]),
);

/** Of the tiny set as one data set. */
export const tinyDigest = await datasetDigest(
  encodeDataset(
    poolIdxSet(
      {
        train: pair("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        test: pair("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
      },
      "mnist",
      "download",
    ),
  ),
);

function pair(images: IdxName, labels: IdxName) {
  const file = (name: IdxName) => ({ label: name, bytes: tiny[name] });
  return { images: file(images), labels: file(labels) };
}
