import { datasetInvalid } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import { poolExamples } from "./examples.ts";
import { decodeIdxPair, type IdxFile } from "./idx.ts";
import { numberedLabels } from "./numbered-labels.ts";

export interface IdxPair {
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

/** A data set as its publisher divided it, decompressed. */
export interface IdxSet {
  readonly train: IdxPair;
  readonly test?: IdxPair | undefined;
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
