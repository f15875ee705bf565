import { type DatasetContent, decodeDataset } from "../shared/dataset/dataset.ts";
import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { Objects } from "./objects.ts";

/** @throws ObjectMissing, or ObjectInvalid where it is not the data set of that digest */
export async function readDataset(objects: Objects, digest: string): Promise<DatasetContent> {
  const key = keys.dataset(digest);
  const { bytes } = await objects.get(key);
  const found = await sha256Hex(bytes);
  if (found !== digest) throw objectInvalid(`${key}: its bytes have digest ${found}`);
  return decodeDataset(bytes);
}
