import { rm } from "node:fs/promises";
import { join } from "node:path";
import { clientsModelsOf, dataBelow, keys, ownObjectsOf } from "../../shared/layout.ts";
import { type RunRecord, runRecord } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";

/** Some of the objects that a run has left. */
export interface Removable {
  readonly what: string;
  /** What their keys begin with. */
  readonly prefix: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface Removal {
  readonly run: string;
  readonly parts: readonly Removable[];
  /** Runs that have taken rounds of it: what they took is theirs, what its clients keep for them is not. */
  readonly forks: readonly string[];
  /** Other runs of the same data set. */
  readonly sharing: readonly string[];
}

/**
 * What there is to remove of a run; nothing is removed yet.
 * @param withData its data set and shards too, where no other run is on that data set
 */
export async function removalOf(
  objects: Objects,
  { run, dataset }: Pick<RunRecord, "run" | "dataset">,
  withData: boolean,
): Promise<Removal> {
  const others = await otherRuns(objects, run);
  const sharing = others.filter((other) => other.dataset.digest === dataset.digest);
  const [updates, kept] = clientsModelsOf(run);
  const data = withData && sharing.length === 0 ? dataBelow(dataset.digest) : undefined;
  const wanted = [
    { what: "updates that clients sent", prefix: updates },
    { what: "vectors that clients keep", prefix: kept },
    ...(data
      ? [
          { what: "shards", prefix: data.shards },
          { what: "the data set", prefix: data.dataset },
        ]
      : []),
    // last, since its configuration is what the run is found by: a removal that was cut off can be repeated
    { what: "models, metrics, result and report", prefix: ownObjectsOf(run) },
  ];
  const parts = await Promise.all(
    wanted.map(async (part) => ({ ...part, ...(await objects.countBelow(part.prefix)) })),
  );
  return {
    run,
    parts: parts.filter((part) => part.objects > 0),
    forks: others.filter(({ from }) => from?.run === run).map((other) => other.run),
    sharing: sharing.map((other) => other.run),
  };
}

/** Removes that, one part after the other, and the copies on this machine that a local run left beside its objects. */
export async function removeRun(objects: Objects, { run, parts }: Removal, home?: string): Promise<void> {
  for (const { prefix } of parts) {
    if (prefix !== ownObjectsOf(run)) await objects.removeAll(prefix);
  }
  if (home !== undefined) await rm(join(home, ownObjectsOf(run)), { recursive: true, force: true });
  const config = keys.config(run);
  await objects.removeAll(ownObjectsOf(run), (key) => key !== config);
  await objects.remove(config);
}

async function otherRuns(objects: Objects, run: string): Promise<RunRecord[]> {
  const names = (await objects.listFolders(keys.runs)).filter((name) => name !== run);
  const records = await Promise.all(names.map((name) => objects.findJson(keys.config(name), runRecord)));
  return records.filter((record) => record !== undefined);
}
