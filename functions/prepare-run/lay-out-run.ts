import { checkDeployed, type Deployment } from "../../cloud/deployment.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { checkLimits } from "../../cloud/limits/limits.ts";
import { dataSizing } from "../../cloud/sizing.ts";
import { withinData } from "../../shared/config/preset-limit.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { sampleDigest } from "../../shared/dataset/known-digests.ts";
import { runExists } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { runNameOf } from "../../shared/rounds/run-name.ts";
import { type RunRecord, runRecord } from "../../shared/workflow/run-record.ts";
import { type AskedRun, isDigest } from "../../shared/workflow/start-input.ts";
import type { Objects } from "../../storage/objects.ts";
import { footprints } from "../footprints.ts";
import { type Chosen, chooseDataset } from "./choose-dataset.ts";
import type { Mirrors } from "./fetch-mnist.ts";

/** The execution that is to be a run, as Step Functions tells of it. */
export interface StartingExecution {
  readonly id: string;
  readonly name: string;
  readonly startTime: string;
}

export interface LaidOut {
  readonly record: RunRecord;
  readonly seal: string;
  /** Its data set, where it has been read already. */
  readonly content?: DatasetContent;
}

/** What laying out a run takes. */
export interface Ground {
  readonly objects: Objects;
  readonly deployment: Deployment;
  readonly mirrors: Mirrors;
  readonly remainingMs: () => number;
}

/**
 * Does for an execution that nobody prepared what the command line does for one of its runs: resolves and checks its
 * configuration, sees to its data set, and claims its name by writing both down once. Repeated, it finds what it has
 * written, and the run goes on from there.
 * @throws ConfigInvalid, DatasetInvalid, PartitionInvalid, RunExists where the name is another run's, and whatever the
 * checks refuse by
 */
export async function layOutRun(
  ground: Ground,
  asked: AskedRun,
  execution: StartingExecution,
): Promise<LaidOut> {
  const { objects, deployment, mirrors } = ground;
  const run = runNameOf(execution.name);
  const found = await objects.findSealed(keys.config(run), runRecord);
  if (found) return own(found, execution);

  // what is wrong in itself is refused before megabytes are fetched; whose the examples are, a data set's object says
  if (!isDigest(asked.dataset)) configOf(asked, undefined, deployment);
  const withinMs = ground.remainingMs() / 2;
  const chosen = await chooseDataset(objects, asked.dataset, { ...mirrors, deployment, withinMs });
  const { content, bytes } = chosen;
  const config = withinData(configOf(asked, chosen, deployment), content.examples.count);
  checkLimits(dataSizing(config, content), deployment, footprints);
  if (bytes) await objects.putNew(keys.dataset(chosen.record.digest), bytes, "application/octet-stream");
  const record: RunRecord = {
    run,
    createdAt: execution.startTime,
    startedBy: {
      execution: execution.id,
      dataset: asked.dataset,
      notes: [...nameNotes(run, execution.name), ...chosen.notes],
    },
    config,
    dataset: chosen.record,
  };
  // an attempt that Lambda gave up may have come first
  const seal = await objects.putNewRecord(keys.config(run), record);
  // as a repetition reads it, so that what follows from it has the same bytes
  if (seal) return { record: runRecord.parse(record), seal, content };
  return own(await objects.getSealed(keys.config(run), runRecord), execution);
}

function configOf({ preset, set }: AskedRun, chosen: Chosen | undefined, deployment: Deployment): Config {
  const config = resolveConfig({
    preset,
    values: set,
    owners: chosen?.content.owners?.length,
    sample: chosen?.record.digest === sampleDigest,
    classes: chosen?.content.classes,
  });
  checkConfig(config);
  checkDeployed(config, deployment);
  return config;
}

/** The record, where this very execution wrote it: a name may be used again, after Step Functions has forgotten it. */
function own(found: LaidOut, { id, startTime }: StartingExecution): LaidOut {
  const { run, startedBy, createdAt } = found.record;
  if (startedBy?.execution === id && createdAt === startTime) return found;
  const whose = startedBy ? `the execution ${startedBy.execution} of ${createdAt}` : "the command line";
  throw runExists(`there is a run "${run}" already, started by ${whose}; give the execution another name`);
}

function nameNotes(run: string, execution: string): string[] {
  if (run === execution) return [];
  return [
    `the run is called ${run}, since its execution's name, ${JSON.stringify(execution)}, cannot be a run's`,
  ];
}
