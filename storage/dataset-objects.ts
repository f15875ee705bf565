import { type DatasetContent, decodeDataset } from "../shared/dataset/dataset.ts";
import { datasetSize } from "../shared/dataset/dataset-size.ts";
import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { DatasetRecord } from "../shared/workflow/run-record.ts";
import type { Objects } from "./objects.ts";

/** @throws ObjectMissing, or ObjectInvalid where it is not the data set that a run's configuration names */
export async function readDataset(objects: Objects, record: DatasetRecord): Promise<DatasetContent> {
  const { bytes } = await objects.get(keys.dataset(record.digest), datasetSize(record).bytes);
  return contentOf(bytes, record.digest);
}

/**
 * The data set of a digest, or undefined where there is none.
 * @param most bytes that it may have
 * @throws ObjectInvalid
 */
export async function findDataset(
  objects: Objects,
  digest: string,
  most: number,
): Promise<DatasetContent | undefined> {
  const found = await objects.find(keys.dataset(digest), most);
  return found && contentOf(found.bytes, digest);
}

async function contentOf(bytes: Uint8Array, digest: string): Promise<DatasetContent> {
  const found = await sha256Hex(bytes);
  if (found !== digest) {
    throw objectInvalid(
      `${keys.dataset(digest)}: its bytes have digest ${found}; without it the next fedstep run with these data uploads it anew`,
    );
  }
  return decodeDataset(bytes);
}
