import { type DownloadOptions, downloadPublished } from "../../mnist/download.ts";
import { mirrorsOf } from "../../mnist/mirrors.ts";
import { mnistSet } from "../../mnist/mnist-set.ts";
import { type IdxName, idxNames } from "../../mnist/published.ts";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import type { IdxFile } from "../../shared/dataset/idx.ts";
import { poolIdxSet } from "../../shared/dataset/idx-set.ts";
import { datasetInvalid } from "../../shared/errors.ts";

export interface Mirrors {
  /** FEDSTEP_MNIST_MIRRORS is read from it. */
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: DownloadOptions["limits"];
}

/** MNIST, or what each mirror answered where none did. */
export type Fetched = { readonly dataset: Dataset } | { readonly unreachable: readonly string[] };

const instead = 'Take {"dataset": "sample"}, or put MNIST into the bucket: fedstep run --target aws does';

/**
 * MNIST from its mirrors, its files one after the other.
 * @param withinMs after which it is given up, so that Lambda does not end the invocation in the middle of it
 * @throws DatasetInvalid where mirrors answer, but none with all of it in time
 */
export async function fetchMnist({ env, limits }: Mirrors, withinMs: number): Promise<Fetched> {
  const signal = AbortSignal.timeout(Math.floor(withinMs));
  const files = new Map<IdxName, IdxFile>();
  try {
    for (const name of idxNames) {
      const download = await downloadPublished(name, { mirrors: mirrorsOf(env), limits, signal, instead });
      if ("offline" in download) return { unreachable: download.notes };
      files.set(name, { label: name, bytes: download.bytes });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    const seconds = Math.round(withinMs / 1000);
    throw datasetInvalid(`dataset: MNIST did not come within ${seconds} s. ${instead}`, { cause: error });
  }
  const set = mnistSet(Object.fromEntries(files) as Record<IdxName, IdxFile>);
  return { dataset: poolIdxSet(set, "mnist", "download") };
}
