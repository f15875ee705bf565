import { createHash } from "node:crypto";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { poolExamples } from "../../shared/dataset/examples.ts";
import { decodeIdxPair, type IdxFile } from "../../shared/dataset/idx.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { type IdxName, idxNames, published } from "./mnist.ts";

/** The four files, decompressed. */
export type IdxSet = Readonly<Record<IdxName, IdxFile>>;

export function isPublished(name: IdxName, bytes: Uint8Array): boolean {
  return sha256(bytes) === published[name].sha256;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The files that are not the published MNIST's. */
export function unpublished(set: IdxSet): IdxName[] {
  return idxNames.filter((name) => !isPublished(name, set[name].bytes));
}

/**
 * The training part, then the test part, pooled.
 * @throws DatasetInvalid naming the file that is not what it should be
 */
export function poolIdxSet(set: IdxSet, name: string, source: string): Dataset {
  const train = decodeIdxPair(set["train-images-idx3-ubyte"], set["train-labels-idx1-ubyte"]);
  const test = decodeIdxPair(set["t10k-images-idx3-ubyte"], set["t10k-labels-idx1-ubyte"]);
  if (train.rows !== test.rows || train.columns !== test.columns) {
    throw datasetInvalid(
      `${set["t10k-images-idx3-ubyte"].label} holds images of ${test.rows} x ${test.columns} pixels, ` +
        `but ${set["train-images-idx3-ubyte"].label} of ${train.rows} x ${train.columns}`,
    );
  }
  const examples = poolExamples([train.examples, test.examples]);
  const classes = examples.y.reduce((most, label) => Math.max(most, label), 0) + 1;
  return {
    name,
    source,
    classes,
    imageShape: [train.rows, train.columns],
    officialTest: test.examples.count,
    examples,
  };
}
