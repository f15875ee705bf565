import { type Deployment, limitsOf } from "../../cloud/deployment.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import {
  type Dataset,
  type DatasetContent,
  datasetDigest,
  decodeDataset,
  encodeDataset,
} from "../../shared/dataset/dataset.ts";
import { mnistDigest, sampleDigest } from "../../shared/dataset/known-digests.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { findDataset } from "../../storage/dataset-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { checkFetching } from "./check-fetching.ts";
import { fetchMnist, type Mirrors } from "./fetch-mnist.ts";
import { prepareRunFootprint } from "./footprint.ts";

/** Of a data set that the bucket holds, by whomever it was put there. */
const source = "bucket";

/** The data set that a run gets. */
export interface Chosen {
  readonly content: DatasetContent;
  readonly record: DatasetRecord;
  /** What the bucket does not hold yet. */
  readonly bytes?: Uint8Array;
  /** Why it is another one than was asked for. */
  readonly notes: readonly string[];
}

export interface Choice extends Mirrors {
  readonly deployment: Deployment;
  /** Milliseconds that MNIST may take to come. */
  readonly withinMs: number;
}

/**
 * The data set that an execution asks for: from the bucket where it is there, MNIST else from its mirrors, and where none of
 * them can be reached the sample in its place.
 * @param asked mnist, sample, or a digest
 * @throws DatasetInvalid, LambdaMemoryTooSmall; ObjectInvalid where the bucket's is damaged
 */
export async function chooseDataset(objects: Objects, asked: string, choice: Choice): Promise<Chosen> {
  if (asked === "sample") return sample(objects, []);
  const digest = asked === "mnist" ? mnistDigest : asked;
  const content = await findDataset(objects, digest, mostHeld(choice.deployment));
  if (content) return { content, record: datasetRecordOf({ ...content, source }, digest), notes: [] };
  if (asked !== "mnist") {
    throw datasetInvalid(
      `dataset: there is no data set ${digest} in the bucket; fedstep run --target aws --data ... puts one there`,
    );
  }
  checkFetching(choice.deployment);
  const fetched = await fetchMnist(choice, choice.withinMs);
  if ("dataset" in fetched) return encoded(fetched.dataset, mnistDigest, []);
  return sample(objects, [
    `no mirror of MNIST can be reached (${fetched.unreachable.join("; ")}), so the 10,000 digits that fedstep carries ` +
      "stand in for its 70,000 images: expect lower accuracies",
  ]);
}

/** Of a data set that is known by its digest alone: PrepareRun can hold no more. */
function mostHeld(deployment: Deployment): number {
  return limitsOf(deployment, prepareRunFootprint.name).memoryMb * 2 ** 20;
}

async function sample(objects: Objects, notes: readonly string[]): Promise<Chosen> {
  const dataset = await openEmbeddedSample();
  if (await objects.exists(keys.dataset(sampleDigest))) {
    return { content: dataset, record: datasetRecordOf({ ...dataset, source }, sampleDigest), notes };
  }
  return encoded(dataset, sampleDigest, notes);
}

/** What came once as files and once put together is let go: the object alone stays in memory. */
async function encoded(dataset: Dataset, expected: string, notes: readonly string[]): Promise<Chosen> {
  const bytes = encodeDataset(dataset);
  const digest = await datasetDigest(bytes);
  if (digest !== expected) throw new Error(`${dataset.name} has digest ${digest}, and ${expected} is known`);
  const content = decodeDataset(bytes);
  return { content, record: datasetRecordOf(dataset, digest), bytes, notes };
}
