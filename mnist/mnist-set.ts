import { createHash } from "node:crypto";
import type { IdxFile } from "../shared/dataset/idx.ts";
import type { IdxSet } from "../shared/dataset/idx-set.ts";
import { type IdxName, idxNames, published } from "./published.ts";

export function isPublished(name: IdxName, bytes: Uint8Array): boolean {
  return fileSha256(bytes) === published[name].sha256;
}

export function fileSha256(bytes: Uint8Array): string {
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
