import { join, resolve } from "node:path";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { outputNames } from "../../cdk/outputs.ts";
import { type Deployment, parseDeployment } from "../../cloud/deployment.ts";
import { functionNames } from "../../functions/footprints.ts";
import { localBucket, region } from "../../local/assembly/names.ts";
import type { GivenStack } from "../../local/assembly/other-stacks.ts";
import { type Emulator, startEmulator, writableHome } from "../../local/emulator.ts";
import type { ChaosOptions, Conditions } from "../../local/emulator-options.ts";
import type { Decided } from "../../local/iam/access-control.ts";
import { localCredentials } from "../../local/iam/credential-store.ts";
import { isDenied } from "../../local/s3/errors.ts";
import { startS3 } from "../../local/s3/s3.ts";
import { unreadable } from "../../local/s3/storage.ts";
import { Objects } from "../../storage/objects.ts";
import { type Storage, type Target, usualHome } from "./target.ts";

const looks = { leastMs: 100, mostMs: 500 };

const clientSettings = { region, credentials: localCredentials };

export interface LocalOptions {
  readonly home: string;
  readonly tfjs: boolean;
  /** Lambda environments that work at once; one for each core where undefined. */
  readonly environments: number | undefined;
  /** Of the endpoints; any that is free where undefined. */
  readonly port?: number | undefined;
  readonly say: (text: string) => void;
  /** Faults to inject. */
  readonly chaos?: ChaosOptions | undefined;
  /** The state machine's retries wait for milliseconds in place of seconds. */
  readonly fastRetries?: boolean | undefined;
  readonly conditions?: Conditions | undefined;
  readonly decided?: Decided | undefined;
  /** Of owners in accounts of their own, and the accounts as the coordinator's stack is to know them. */
  readonly stacks?: readonly GivenStack[] | undefined;
  readonly ownerAccounts?: string | undefined;
  /** Ends the start where that takes long. */
  readonly signal?: AbortSignal | undefined;
}

/** The endpoints on this machine, open to whoever wants to look behind them. */
export interface LocalTarget extends Target {
  readonly emulator: Emulator;
}

/** @throws HomeUnwritable, SynthFailed, StackOutdated */
export async function localTarget({
  home,
  tfjs,
  environments,
  port,
  say,
  chaos,
  fastRetries = false,
  conditions,
  decided,
  stacks = [],
  ownerAccounts,
  signal,
}: LocalOptions): Promise<LocalTarget> {
  const emulator = await startEmulator({
    home,
    tfjs,
    chaos,
    fastRetries,
    conditions,
    decided,
    stacks,
    ownerAccounts,
    signal,
    ...(environments !== undefined && { environments }),
    ...(port !== undefined && { port }),
    onSynth: () => say("synthesizing the stack (once per version of the sources)"),
  });
  const deployment = await deploymentOf(emulator);
  const settings = { ...clientSettings, endpoint: emulator.url };
  const s3 = new S3Client(settings);
  const states = new SFNClient(settings);
  const { bucket, stateMachine } = emulator.assembly;
  return {
    s3,
    bucket,
    objects: new Objects(s3, bucket),
    states,
    stateMachineArn: stateMachine.arn,
    deployment,
    door: emulator.assembly.stack.outputs.find(({ name }) => name === outputNames.doorUrl)?.value,
    looks,
    endsWithCommand: true,
    broken: emulator.broken,
    explained: emulator.explained,
    options: optionsOf(home),
    notes: emulator.notes,
    emulator,
    close: async () => {
      s3.destroy();
      states.destroy();
      await emulator.close();
    },
  };
}

/** None where runs lie in the usual place, or in the one that the environment names for every command. */
function optionsOf(home: string): string {
  return home === usualHome || home === process.env.FEDSTEP_HOME ? "" : `--home ${home}`;
}

/** What the assembly would put out once it is deployed. @throws StackOutdated */
async function deploymentOf({ assembly, close }: Emulator): Promise<Deployment> {
  const { deployment: output } = outputNames;
  try {
    const { value } = assembly.stack.outputs.find(({ name }) => name === output) ?? {};
    return parseDeployment(value, `the output ${output} of the cloud assembly`, functionNames);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The objects of a home, to be changed. @throws HomeUnwritable */
export async function localStorage(home: string): Promise<Storage> {
  return storageIn(await writableHome(home), home, { readOnly: false });
}

/** The same, to be looked at alone: nothing is made, changed or removed below the home. @throws HomeUnreadable */
export function localReading(home: string): Promise<Storage> {
  return storageIn(resolve(home), home, { readOnly: true });
}

async function storageIn(path: string, home: string, access: { readOnly: boolean }): Promise<Storage> {
  const directory = join(path, "s3");
  /** By the id of the request. */
  const denied = new Map<string, Error>();
  const failed = (error: unknown, requestId: string) => {
    if (isDenied(error)) denied.set(requestId, unreadable(directory, error));
  };
  const endpoint = await startS3({ directory, port: 0, buckets: [localBucket], failed, ...access });
  const s3 = new S3Client({ ...clientSettings, endpoint: endpoint.url });
  // whose file it is that may not be read, S3 would say as a want of rights in an account
  s3.middlewareStack.add(
    (next) => (args) =>
      next(args).catch((error: unknown) => {
        const id = error instanceof S3ServiceException ? error.$metadata.requestId : undefined;
        throw denied.get(id ?? "") ?? error;
      }),
    { step: "initialize", priority: "high", name: "explainDenial" },
  );
  return {
    s3,
    bucket: localBucket,
    objects: new Objects(s3, localBucket),
    options: optionsOf(home),
    close: async () => {
      s3.destroy();
      await endpoint.close();
    },
  };
}
