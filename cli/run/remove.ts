import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FedstepError, runMissing } from "../../shared/errors.ts";
import { clientsModelsOf, dataBelow, keys, ownObjectsOf } from "../../shared/layout.ts";
import { type RunRecord, runRecord } from "../../shared/workflow/run-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Executed } from "../targets/execution.ts";
import type { Runs } from "../targets/target.ts";
import { checkRunName } from "./name.ts";

/** Some of the objects that a run has left. */
export interface Removable {
  readonly what: string;
  /** What their keys begin with. */
  readonly prefix: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface Removal extends Executed {
  readonly parts: readonly Removable[];
  /** Runs that have taken rounds of it: what they took is theirs, what its clients keep for them is not. */
  readonly forks: readonly string[];
  /** Other runs that are on the same data set, or whose records do not tell. */
  readonly sharing: readonly string[];
  /** Whether its clients are owners who keep their data. */
  readonly owners: boolean;
}

/**
 * What there is to remove of a run; nothing is removed yet. A run whose records are damaged can be removed, but for its
 * data, which nothing names then.
 * @param withData its data set and shards too, where no other run is on that data set
 * @throws RunMissing where nothing begins with its name
 */
export async function removalOf(
  { objects, options }: Runs,
  run: string,
  withData: boolean,
): Promise<Removal> {
  const own = await recordOf(objects, checkRunName(run));
  const others = await otherRuns(objects, run);
  const digest = own?.dataset.digest;
  const sharing = others.filter(({ record }) => record === undefined || record.dataset.digest === digest);
  const [updates, kept, masks] = clientsModelsOf(run);
  const data = withData && digest && sharing.length === 0 ? dataBelow(digest) : undefined;
  const wanted = [
    { what: "updates that clients sent", prefix: updates },
    { what: "vectors that clients keep", prefix: kept },
    { what: "boxes of masks, and their sums", prefix: masks },
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
  const found = parts.filter((part) => part.objects > 0);
  if (found.length === 0) {
    throw runMissing(`there is no run "${run}"; ${commandFor({ options }, "runs")} lists them`);
  }
  return {
    run,
    ...(own?.startedBy && { startedBy: own.startedBy }),
    parts: found,
    forks: others.filter(({ record }) => record?.from?.run === run).map((other) => other.run),
    sharing: sharing.map((other) => other.run),
    owners: own?.owners !== undefined,
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

async function otherRuns(
  objects: Objects,
  run: string,
): Promise<{ run: string; record: RunRecord | undefined }[]> {
  const names = (await objects.listFolders(keys.runs)).filter((name) => name !== run);
  return Promise.all(names.map(async (name) => ({ run: name, record: await recordOf(objects, name) })));
}

/** undefined where it is missing, damaged or of a version that this one cannot read. */
async function recordOf(objects: Objects, run: string): Promise<RunRecord | undefined> {
  try {
    return await objects.findRecord(keys.config(run), runRecord);
  } catch (error) {
    if (error instanceof FedstepError) return undefined;
    throw error;
  }
}
