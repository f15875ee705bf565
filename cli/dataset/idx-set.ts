import { createHash } from "node:crypto";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { poolExamples } from "../../shared/dataset/examples.ts";
import { decodeIdxPair, type IdxFile } from "../../shared/dataset/idx.ts";
import { numberedLabels } from "../../shared/dataset/numbered-labels.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { type IdxName, idxNames, published } from "./mnist.ts";

export interface IdxPair {
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

/** A data set as its publisher divided it, decompressed. */
export interface IdxSet {
  readonly train: IdxPair;
  readonly test?: IdxPair | undefined;
}

export function isPublished(name: IdxName, bytes: Uint8Array): boolean {
  return sha256(bytes) === published[name].sha256;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** MNIST's four files, as the names of the published ones have them. */
export function mnistSet(files: Readonly<Record<IdxName, IdxFile>>): IdxSet {
  return {
    train: { images: files["train-images-idx3-ubyte"], labels: files["train-labels-idx1-ubyte"] },
    test: { images: files["t10k-images-idx3-ubyte"], labels: files["t10k-labels-idx1-ubyte"] },
  };
}

/** The files of MNIST that the set has others in the place of. */
export function unpublished({ train, test }: IdxSet): IdxName[] {
  const files = [train.images, train.labels, test?.images, test?.labels];
  return idxNames.filter((name, i) => {
    const file = files[i];
    return !file || !isPublished(name, file.bytes);
  });
}

/**
 * The training part, then the test part where there is one, pooled.
 * @throws DatasetInvalid naming the file that is not what it should be
 */
export function poolIdxSet({ train, test }: IdxSet, name: string, source: string): Dataset {
  const first = decodeIdxPair(train.images, train.labels);
  const second = test && decodeIdxPair(test.images, test.labels);
  if (second) checkAlike([train.images.label, first], [test.images.label, second]);
  const { y, ...examples } = second ? poolExamples([first.examples, second.examples]) : first.examples;
  const labels = numberedLabels(y);
  if (labels.classes < 2) {
    throw datasetInvalid(`${train.labels.label} has only the label ${y[0]}: there is nothing to tell apart`);
  }
  return {
    name,
    source,
    classes: labels.classes,
    ...(labels.classNames && { classNames: labels.classNames }),
    ...(first.imageShape && { imageShape: first.imageShape }),
    ...(second && { officialTest: second.examples.count }),
    examples: { ...examples, y: labels.y },
  };
}

type Named = readonly [label: string, decoded: ReturnType<typeof decodeIdxPair>];

function checkAlike([trainLabel, train]: Named, [testLabel, test]: Named): void {
  const kind = ({ imageShape, examples: { features, x } }: Named[1]) =>
    (imageShape ? `${imageShape[0]} x ${imageShape[1]} pixels` : `${features} values`) +
    (x instanceof Uint8Array ? "" : " that are not bytes");
  if (kind(train) === kind(test)) return;
  throw datasetInvalid(`${testLabel} holds images of ${kind(test)}, but ${trainLabel} of ${kind(train)}`);
}
