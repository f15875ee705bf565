import { basename, join, resolve } from "node:path";
import { unpublished } from "../../mnist/mnist-set.ts";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { type IdxPair, poolIdxSet } from "../../shared/dataset/idx-set.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { listFiles, type Origin, readNamed } from "../../tables/named-path.ts";
import { findIdxPairs, type IdxPairNames } from "./idx-names.ts";

/**
 * The data set that the user's folder holds: MNIST where the digests are the published ones, and else a data set by
 * the folder's name.
 * @throws DatasetInvalid naming the folder or the file
 */
export async function openIdxFolder(
  folder: string,
  origin: Origin,
  signal?: AbortSignal,
): Promise<{ dataset: Dataset; notes: string[] }> {
  const found = findIdxPairs(await listFiles(folder, origin));
  if ("problem" in found) throw datasetInvalid(`${origin}: ${folder} ${found.problem}`);
  const read = async ({ images, labels }: IdxPairNames): Promise<IdxPair> => ({
    images: await readNamed(join(folder, images), origin, signal),
    labels: await readNamed(join(folder, labels), origin, signal),
  });
  const set = { train: await read(found.train), test: found.test && (await read(found.test)) };
  const others = unpublished(set);
  if (others.length === 0) return { dataset: poolIdxSet(set, "mnist", "directory"), notes: [] };
  const name = basename(resolve(folder)) || "data";
  return {
    dataset: poolIdxSet(set, name, "directory"),
    // several other sets are published under MNIST's names
    notes:
      found.train.stem === "train" && found.test?.stem === "t10k"
        ? [
            `${folder} is not the published MNIST, so its name is "${name}": another SHA-256 has ${others.join(", ")}`,
          ]
        : [],
  };
}
