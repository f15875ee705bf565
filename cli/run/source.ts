import { checkDeployed, checkOwnersReached } from "../../cloud/deployment.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { dataSizing, type Sizing } from "../../cloud/sizing.ts";
import { sampleSource } from "../../mnist/embedded-sample.ts";
import { settingsOnSample } from "../../report/publication.ts";
import { withinData } from "../../shared/config/preset-limit.ts";
import type { Config } from "../../shared/config/schema.ts";
import { configInvalid, forkInvalid } from "../../shared/errors.ts";
import { waysTo } from "../../shared/owners/account.ts";
import { takesNumbers } from "../../shared/task/tasks.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { readJsonFile } from "../../tables/json-file.ts";
import type { ChaosArguments } from "../chaos.ts";
import type { DataOptions } from "../dataset/open.ts";
import { checkFederationName } from "../federation/opened.ts";
import { type ConfigOptions, configFrom, isQuiet, type OutputOptions } from "../options.ts";
import type { Session } from "../session.ts";
import {
  offeredDeployment,
  openStorage,
  requirePackagesFor,
  stackOutputsOf,
  storageOf,
  type TargetOptions,
} from "../targets/open.ts";
import type { Target } from "../targets/target.ts";
import { announcedDataset } from "./announced-dataset.ts";
import { type ForkedFrom, parseFork, planFork } from "./fork.ts";
import { uploadDataset } from "./launch.ts";
import { type FederationRun, planFederation } from "./of-federation.ts";

/** What a run consists of, checked as far as it can be without knowing where it is to run. */
export interface RunSource {
  readonly config: Config;
  readonly sizing: Sizing;
  readonly from?: ForkedFrom["from"];
  /** Where the clients are a federation's owners. */
  readonly federation?: FederationRun;
  /** Puts the data set where the run finds it. */
  readonly upload: (target: Target) => Promise<DatasetRecord>;
}

export interface RunOptions
  extends ConfigOptions,
    TargetOptions,
    DataOptions,
    OutputOptions,
    Omit<ChaosArguments, keyof TargetOptions> {
  readonly name?: string;
  readonly rounds?: string;
  readonly from?: string;
  readonly federation?: string;
  readonly beside?: string;
  readonly port?: number;
  readonly budget?: string;
  readonly environments?: number;
}

/** What is to be run, by whichever of its options says so. */
export function sourceOf(
  session: Session,
  given: RunOptions,
  say: (text: string) => void,
): Promise<RunSource> {
  if (given.federation !== undefined) return ofFederation(given.federation, given);
  return given.from === undefined ? anew(session, given, say) : forked(given.from, given);
}

/** --rounds and --budget are the last of the assignments. */
function assignments({ set, rounds, budget }: RunOptions): string[] {
  return [
    ...set,
    ...(rounds === undefined ? [] : [`federation.rounds=${rounds}`]),
    ...(budget === undefined ? [] : [`federation.budget=${budget}`]),
  ];
}

async function anew(session: Session, given: RunOptions, say: (text: string) => void): Promise<RunSource> {
  const options = { ...given, set: assignments(given) };
  const chosen = await configFrom(options);
  checkConfig(chosen);
  // whoever cannot run it there is told so before a data set is fetched and read
  if (given.target === "aws") checkDeployed(chosen, offeredDeployment(await stackOutputsOf(given)));
  requirePackagesFor(given, [chosen]);
  const dataset = await announcedDataset(session, { ...given, numbers: takesNumbers(chosen) }, say);
  const sample = dataset.source === sampleSource;
  const { classes } = dataset;
  const resolved = await configFrom(options, { sample, classes });
  // what the data have said may be another task
  checkConfig(resolved);
  const config = withinData(resolved, dataset.examples.count);
  if (sample) for (const note of settingsOnSample(config)) say(`note: ${note}`);
  return {
    config,
    sizing: dataSizing(config, dataset),
    upload: (target) =>
      uploadDataset(target, dataset, {
        // a copy on this machine is nothing to wait for
        ...(!target.endsWithCommand && { say, ...(!isQuiet(given) && { stream: session.stderr }) }),
        signal: session.signal,
      }),
  };
}

async function ofFederation(name: string, given: RunOptions): Promise<RunSource> {
  const foreign = (
    ["preset", "config", "data", "clients", "label", "classes", "csv", "select", "schema", "from"] as const
  ).find((one) => given[one]);
  if (foreign) {
    throw configInvalid(
      `--${foreign}: a run with --federation has configuration and owners of its agreement; leave it out`,
    );
  }
  const federation = checkFederationName(name);
  const outputs = await stackOutputsOf(given);
  const storage = await storageOf(given, outputs);
  try {
    const planned = await planFederation(storage.objects, federation, assignments(given));
    const ways = waysTo(planned.agreed.members, planned.owners.accepted);
    if (outputs) checkOwnersReached(offeredDeployment(outputs), ways);
    checkConfig(planned.config, true);
    const { config, sizing, dataset } = planned;
    return { config, sizing, federation: planned, upload: async () => dataset };
  } finally {
    await storage.close();
  }
}

async function forked(text: string, given: RunOptions): Promise<RunSource> {
  const foreign = (
    ["preset", "data", "clients", "label", "classes", "csv", "select", "schema"] as const
  ).find((one) => given[one]);
  if (foreign)
    throw forkInvalid(`--${foreign}: a run with --from has configuration and data of that run; leave it out`);
  const storage = await openStorage(given);
  try {
    const file =
      given.config === undefined ? undefined : await readJsonFile(given.config, "--config: ", configInvalid);
    const { config, dataset, sizing, from } = await planFork(storage, parseFork(text), {
      file,
      set: assignments(given),
    });
    checkConfig(config);
    return { config, sizing, from, upload: async () => dataset };
  } finally {
    await storage.close();
  }
}
