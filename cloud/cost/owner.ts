import type { Deployment, FunctionLimits } from "../deployment.ts";
import type { Footprint } from "../footprint.ts";
import { prices } from "../prices.ts";
import type { Sizing } from "../sizing.ts";
import { s3Ms, wholeCpuMb } from "./speed.ts";

/** What an owner's functions are deployed with where no setting says otherwise: one CPU, as whoever trains for the coordinator has. */
export const ownersLimits = { memoryMb: wholeCpuMb, timeoutMinutes: 15 } as const;

/**
 * What an owner in an account of its own asks of its own bucket for a job. Of what is at the coordinator's (plan, partition, model,
 * state, metrics, the update) the bucket's owner pays the requests.
 */
export const ownersJobRequests = {
  // the log before and after each thing that it decides, policy, agreement and what it has told at each, who it is, the table
  reads: 23,
  // a marker, two lines of the log, the model; and lists, which S3 bills alike, of agreements, of what it has told, of what it keeps
  writes: 12,
  // codes that KMS makes where it keeps the key: of its data, and of what its training draws
  codes: 2,
} as const;

/** What it asks there beside the model and the update, which the step's own time has: these too it waits for. */
const elsewhere = { reads: 4, writes: 0 } as const;

const waitMs =
  (ownersJobRequests.reads + elsewhere.reads) * s3Ms.read +
  (ownersJobRequests.writes + elsewhere.writes) * s3Ms.write;

/** Milliseconds that the process which trains takes to start, with a whole CPU. */
const childMs = 300;
/** Lines of a job in the function's own log, with Lambda's three; and of the owner's log, an entry. */
const [logBytes, entryBytes] = [1_000, 700] as const;
/** Entries of the owner's log for a job: signed, and sent. */
const entries = 2;
/** Characters of a value in a table. */
const valueCharacters = 8;

/** In US dollars. */
export interface OwnersBill {
  /** A month without a run: what lies in the bucket, and the key in KMS if there is one. */
  readonly idleMonth: { readonly storage: number; readonly key: number; readonly total: number };
  readonly rounds: number;
  /** Jobs, one for each round and the final pass. */
  readonly jobs: number;
  readonly ofRounds: {
    readonly lambdaTime: number;
    readonly lambdaRequests: number;
    readonly s3Writes: number;
    readonly s3Reads: number;
    readonly logs: number;
    readonly keyRequests: number;
    readonly total: number;
  };
  /** A month of what these rounds leave: the model, and each version of the log, which stays for 90 days. */
  readonly keptMonth: number;
}

export interface OwnersPlace extends Pick<Deployment, "architecture">, Pick<FunctionLimits, "memoryMb"> {
  readonly kmsKey: boolean;
}

/**
 * What an owner pays whose function takes part in so many rounds, each job in a warm environment.
 * @param sizing of a run whose one client is this owner
 */
export function ownersBill(
  sizing: Sizing,
  rounds: number,
  trainClient: Pick<Footprint, "ms">,
  { architecture, memoryMb, kmsKey }: OwnersPlace,
): OwnersBill {
  const { data, mean, parameters } = sizing;
  const jobs = rounds + 1;
  const { training = 0, evaluation = 0 } = trainClient.ms(sizing, mean, memoryMb);
  const seconds = (rounds * training + evaluation + jobs * (childMs + waitMs)) / 1000;
  const ofRounds = {
    lambdaTime: seconds * (memoryMb / 1024) * prices.lambdaGbSecond[architecture],
    lambdaRequests: jobs * prices.lambdaRequest,
    s3Writes: jobs * ownersJobRequests.writes * prices.s3Write,
    s3Reads: jobs * ownersJobRequests.reads * prices.s3Read,
    logs: ((jobs * logBytes) / 2 ** 30) * prices.logsGb,
    keyRequests: kmsKey ? jobs * ownersJobRequests.codes * prices.kmsRequest : 0,
  };
  const table = data.examples * (data.features + 1) * valueCharacters;
  const lines = jobs * entries;
  // the log grows by an entry, and is written whole each time
  const logVersions = (entryBytes * lines * (lines + 1)) / 2;
  const month = (bytes: number) => (bytes / 2 ** 30) * prices.s3GbMonth;
  const [storage, key] = [month(table), kmsKey ? prices.kmsKeyMonth : 0];
  return {
    idleMonth: { storage, key, total: storage + key },
    rounds,
    jobs,
    ofRounds: { ...ofRounds, total: Object.values(ofRounds).reduce((sum, one) => sum + one, 0) },
    keptMonth: month(4 * parameters + logVersions),
  };
}
