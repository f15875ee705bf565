import { type DatasetContent, decodeDataset } from "../shared/dataset/dataset.ts";
import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { Objects } from "./objects.ts";

/** @throws ObjectMissing, or ObjectInvalid where it is not the data set of that digest */
export async function readDataset(objects: Objects, digest: string): Promise<DatasetContent> {
  return contentOf((await objects.get(keys.dataset(digest))).bytes, digest);
}

/** The same, or undefined where there is none. @throws ObjectInvalid */
export async function findDataset(objects: Objects, digest: string): Promise<DatasetContent | undefined> {
  const found = await objects.find(keys.dataset(digest));
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
