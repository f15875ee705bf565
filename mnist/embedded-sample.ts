import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Dataset } from "../shared/dataset/dataset.ts";
import { sha256Hex } from "../shared/digest.ts";
import { datasetInvalid } from "../shared/errors.ts";

const rows = 28;
const columns = 28;
const pixels = rows * columns;

/** Where a data set says it is from that is this one. */
export const sampleSource = "embedded sample";

export const sampleFile = "digits.generated.gz";

/** Beside this module, and beside the bundle that holds it: scripts/generate/sample.mjs writes it. */
export const sampleUrl = new URL(sampleFile, import.meta.url);

/** Of the decompressed file, since zlib may pack it otherwise tomorrow. */
const sampleSha256 = "6776b41865013349922ff99a2edc75d9d5e4eaccf3bb5aa198f35d527f322aaa";

/**
 * The 10,000 real digits that fedstep carries, all 0s first, then all 1s, and so on.
 * @throws DatasetInvalid where their file is missing or damaged
 */
export async function openEmbeddedSample(file = sampleUrl): Promise<Dataset> {
  const images = await readImages(file);
  const count = images.length / (1 + pixels);
  const x = new Uint8Array(count * pixels);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const [label = 0] = images.subarray(i * (1 + pixels));
    y[i] = label;
    x.set(images.subarray(i * (1 + pixels) + 1, (i + 1) * (1 + pixels)), i * pixels);
  }
  return {
    name: "mnist-sample",
    source: sampleSource,
    classes: 10,
    imageShape: [rows, columns],
    examples: { x, y, count, features: pixels },
  };
}

/** Each image is a byte of label and the pixels, row by row. */
async function readImages(file: URL): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await promisify(gunzip)(await readFile(file));
  } catch (cause) {
    throw unusable(`${cause instanceof Error ? cause.message : cause}`, cause);
  }
  const found = await sha256Hex(bytes);
  if (found !== sampleSha256) throw unusable(`its SHA-256 is ${found}`);
  return bytes;
}

function unusable(why: string, cause?: unknown): Error {
  return datasetInvalid(
    `the sample that fedstep carries cannot be read: ${why}; install fedstep again, or in a checkout remove ` +
      `mnist/${sampleFile} and take npm run prepare`,
    { cause },
  );
}
