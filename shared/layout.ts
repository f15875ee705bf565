/**
 * Every object's key, built here and nowhere else. A key is determined by run, round and client, so a repeated
 * invocation writes the same object again.
 */

/** Width at which round, epoch and client numbers are padded, so that keys list in their order. */
const digits = 5;
const pad = (n: number) => String(n).padStart(digits, "0");

const run = (id: string) => `runs/${id}`;
const round = (id: string, n: number) => `${run(id)}/rounds/${pad(n)}`;

/**
 * What clients send and what they keep stand apart from the rest of their run: a lifecycle rule expires by what a key
 * begins with, and a right by prefix reaches nothing else.
 */
const sent = (id: string) => `updates/${id}/`;
/** An owner in an account of its own may write below that account's number alone. */
const byAccount = (account: string | undefined) => (account === undefined ? "" : `${account}/`);
const sentBy = (id: string, account: string | undefined) => `${sent(id)}${byAccount(account)}`;
const kept = (id: string) => `clients/${id}/`;
/**
 * What hides updates: sealed boxes of masks, which helpers alone read, the sums that these have opened, and the key of the noise that
 * is added to a sum.
 */
const masksOf = (id: string) => `masks/${id}/`;
/** The models that a run trains. */
export const modelNames = ["federated", "baseline"] as const;
export type ModelName = (typeof modelNames)[number];

/** What a model consists of that is taken away: TensorFlow.js' two files, the same as safetensors, the model card. */
export const modelFiles = ["model.json", "weights.bin", "model.safetensors", "README.md"] as const;
export type ModelFile = (typeof modelFiles)[number];

const partitionOf = (dataset: string, partition: string) => `shards/${dataset}/${partition}`;

export const keys = {
  dataset: (digest: string) => `datasets/${digest}/examples.safetensors`,
  shard: (dataset: string, partition: string, client: number) =>
    `${partitionOf(dataset, partition)}/${pad(client)}.safetensors`,
  /** Written last: where it stands, every shard of the partition does. */
  shardIndex: (dataset: string, partition: string) => `${partitionOf(dataset, partition)}/partition.json`,
  runs: "runs/",
  config: (id: string) => `${run(id)}/config.json`,
  plan: (id: string) => `${run(id)}/plan.json`,
  partition: (id: string) => `${run(id)}/partition.json`,
  /** The global model after a round; round 0 is the start. */
  global: (id: string, n: number) => `${run(id)}/global/${pad(n)}.safetensors`,
  /**
   * @param attempt number of the execution that asks for it: what an earlier one left, be it damaged, stands apart
   * @param account of an owner who is in one of its own
   */
  update: (id: string, n: number, client: number, attempt = 1, account?: string) =>
    `${sentBy(id, account)}${pad(attempt)}/${pad(n)}/${pad(client)}.safetensors`,
  /** What the noise of a run's rounds comes from, where it hides its clients; of functions the aggregator alone reads it. */
  noiseKey: (id: string) => `${masksOf(id)}noise-key.json`,
  /** What the strategy goes on from after a round: the server's vectors. */
  roundState: (id: string, n: number) => `${round(id, n)}/state.safetensors`,
  /**
   * What stays with a client after a round in which it took part; the aggregator has no right to it.
   * @param attempt likewise; null of a run of formats before 4, which told none
   */
  clientState: (id: string, n: number, client: number, attempt: number | null = 1) =>
    `${kept(id)}${attempt === null ? "" : `${pad(attempt)}/`}${pad(n)}/${pad(client)}.safetensors`,
  /** A client's sealed boxes, one for each helper. @param attempt likewise @param account likewise */
  boxes: (id: string, n: number, client: number, attempt = 1, account?: string) =>
    `${masksOf(id)}boxes/${byAccount(account)}${pad(attempt)}/${pad(n)}/${pad(client)}.json`,
  /** The sums of masks that a helper has opened in a round. @param account likewise */
  opened: (id: string, n: number, helper: number, attempt = 1, account?: string) =>
    `${masksOf(id)}opened/${byAccount(account)}${pad(attempt)}/${pad(n)}/${pad(helper)}.safetensors`,
  /** What the secret draws of a run's simulated clients come from, where it promises privacy; the aggregator may not read it. */
  simulatedKey: (id: string) => `${kept(id)}key.json`,
  roundMetrics: (id: string, n: number) => `${round(id, n)}/metrics.json`,
  /** Which updates count in the round, and who is silent: written before anything is made of them. */
  roundUpdates: (id: string, n: number) => `${round(id, n)}/updates.json`,
  /** What the round took: apart from its metrics, since no repetition takes the same. */
  roundTimes: (id: string, n: number) => `${round(id, n)}/times.json`,
  baselineCheckpoint: (id: string, epoch: number) =>
    `${run(id)}/baseline/checkpoints/${pad(epoch)}.safetensors`,
  baselineEpoch: (id: string, epoch: number) => `${run(id)}/baseline/epochs/${pad(epoch)}.json`,
  /** What the baseline's invocations had used at a checkpoint: apart, since no repetition uses the same. */
  baselineUsage: (id: string, epoch: number) => `${run(id)}/baseline/usage/${pad(epoch)}.json`,
  /**
   * How each client fares with the model after the last epoch, and so which one that is: a budget decides it once.
   * @param epoch given of a run of format 4, which had an object for every epoch that an attempt took for the last
   */
  baselineClients: (id: string, epoch?: number) =>
    `${run(id)}/baseline/clients${epoch === undefined ? "" : `/${pad(epoch)}`}.json`,
  model: (id: string, model: ModelName, file: ModelFile) => `${run(id)}/models/${model}/${file}`,
  /** The same of a model that is one client's: apart, since fewer people may read it. */
  oneClientModel: (id: string, model: ModelName, file: ModelFile) =>
    `${run(id)}/one-client-models/${model}/${file}`,
  /** What the run took and cost: apart from its result, likewise. */
  expenses: (id: string) => `${run(id)}/expenses.json`,
  result: (id: string) => `${run(id)}/result.json`,
  report: (id: string) => `${run(id)}/report.html`,
} as const;

/** What is a federation's and no run's: written by the command line, before any run. */
/** Beside a result in a person's home, and in no bucket: by which the run's tables were read. */
export const schemaFile = (id: string) => `${run(id)}/schema.json`;

export const federationKeys = {
  /** Who takes part in a federation, and who has asked to. */
  members: (federation: string) => `federations/${federation}/members.json`,
  agreement: (federation: string, version: number) =>
    `federations/${federation}/agreements/${pad(version)}.json`,
  /** @param fingerprint of the owner's key */
  acceptance: (federation: string, version: number, fingerprint: string) =>
    `federations/${federation}/acceptances/${pad(version)}/${fingerprint}.json`,
  /** The job that waits for an owner, with what ends the wait: for the door alone. @param fingerprint of the owner's key */
  waitingJob: (federation: string, fingerprint: string) => `doors/${federation}/${fingerprint}.json`,
} as const;

/** What is a helper's and no run's: it outlives every run. */
export const helperKeys = {
  /** The one set of clients that it opens sums over for a global model, whatever run asks. */
  openedOnce: (helper: number, globalSha256: string) => `helpers/${helper}/${globalSha256}.json`,
} as const;

/** The prefixes that a role is granted; "*" stands for what varies. */
export const prefixes = {
  runs: "runs/*",
  datasets: "datasets/*",
  shards: "shards/*",
  members: "federations/*/members.json",
  agreements: "federations/*/agreements/*",
  acceptances: "federations/*/acceptances/*",
  waitingJobs: "doors/*",
  config: "runs/*/config.json",
  plan: "runs/*/plan.json",
  partition: "runs/*/partition.json",
  globals: "runs/*/global/*",
  updates: "updates/*",
  roundStates: "runs/*/rounds/*/state.safetensors",
  clientStates: "clients/*",
  masks: "masks/*",
  boxes: "masks/*/boxes/*",
  opened: "masks/*/opened/*",
  openedSets: "helpers/*",
  simulatedKey: "clients/*/key.json",
  noiseKey: "masks/*/noise-key.json",
  roundMetrics: "runs/*/rounds/*/metrics.json",
  roundTimes: "runs/*/rounds/*/times.json",
  roundUpdates: "runs/*/rounds/*/updates.json",
  baseline: "runs/*/baseline/*",
  /** Without its checkpoints, which hold models. */
  baselineRecords: "runs/*/baseline/*.json",
  models: "runs/*/models/*",
  oneClientModels: "runs/*/one-client-models/*",
  expenses: "runs/*/expenses.json",
  result: "runs/*/result.json",
  report: "runs/*/report.html",
} as const;

/**
 * Patterns of what an owner in an account of its own may touch of a federation, and of no other one's: of what hides updates it reads
 * the boxes, which are sealed for the helpers, and none of the sums that others have opened.
 */
export const reachOfAccounts = (federation: string) => {
  const ofItsRuns = (pattern: string) => pattern.replace(/^(runs|masks)\/\*\//, `$1/${federation}.*/`);
  const { plan, partition, globals, roundStates, roundMetrics, boxes, opened } = prefixes;
  return {
    reads: [plan, partition, globals, roundStates, roundMetrics, boxes].map(ofItsRuns),
    agreements: [`${agreementsOf(federation)}*`],
    creates: (account: string) => [
      `${sentBy(`${federation}.*`, account)}*`,
      ...[boxes, opened].map((pattern) => ofItsRuns(pattern).replace(/\*$/, `${byAccount(account)}*`)),
    ],
  };
};

/** What the keys of all versions of a federation's agreement begin with. */
export const agreementsOf = (federation: string) => `federations/${federation}/agreements/`;

/** The same of what owners have signed under a version. */
export const acceptancesOf = (federation: string, version: number) =>
  `federations/${federation}/acceptances/${pad(version)}/`;

/** Whether a key is of such a pattern, by IAM's rule: "*" stands for any characters, slashes included. */
export function keyMatches(pattern: string, key: string): boolean {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "s").test(key);
}

/** The content type that a browser opens a report's object by. */
export const reportType = "text/html; charset=utf-8";

/** What the keys of all that the baseline leaves begin with, and those of its checkpoints. */
export const baselineOf = (id: string) => `${run(id)}/baseline/`;
export const checkpointsOf = (id: string) => `${baselineOf(id)}checkpoints/`;

/** The epoch after which a checkpoint was written; 0 where the key is of no checkpoint. */
export function checkpointEpoch(key: string): number {
  return key.includes("/baseline/checkpoints/") ? (baselineKeyEpoch(key) ?? 0) : 0;
}

/** The epoch that an object of the baseline is of; undefined where it is of no one epoch, or of something else. */
export function baselineKeyEpoch(key: string): number | undefined {
  const [, epoch] = /\/baseline\/[a-z]+\/(\d{5,})\.(?:json|safetensors)$/.exec(key) ?? [];
  return epoch === undefined ? undefined : Number(epoch);
}

/**
 * What the keys of the models begin with that a run's clients sent, or keep for a next round, and of what hides them: most of its
 * bytes, and no part of its outcome.
 */
export const clientsModelsOf = (id: string) => [sent(id), kept(id), masksOf(id)] as const;

/** What the keys of the updates of one round begin with; of owners in accounts of their own, by account. */
export const updatesOfRound = (id: string, n: number, attempt: number, account?: string) =>
  `${sentBy(id, account)}${pad(attempt)}/${pad(n)}/`;

/** Which account's a folder below a run's updates is; undefined of an attempt's. */
export const accountFolder = (name: string) => (/^\d{12}$/.test(name) ? name : undefined);

/** What such a key says after the run's prefix, or after its whole beginning; undefined of another one. */
export function clientsKey(key: string): { attempt: number; round: number; client: number } | undefined {
  const [, attempt, round, client] =
    /(?:^|\/)(\d{5,})\/(\d{5,})\/(\d{5,})\.(?:safetensors|json)$/.exec(key) ?? [];
  return attempt === undefined
    ? undefined
    : { attempt: Number(attempt), round: Number(round), client: Number(client) };
}

/** Whether a key is of sums that a helper has opened, so that its last number is the helper's. */
export const isOpened = (key: string) => keyMatches(prefixes.opened, key);

/** What the keys begin with of all that is the run's alone and no client's: records and models. */
export const ownObjectsOf = (id: string) => `${run(id)}/`;

/** The same of a partition's shards and their index. */
export const shardsOf = (dataset: string, partition: string) => `${partitionOf(dataset, partition)}/`;

/**
 * What the keys of a run's objects begin with: its data set and shards, which are other runs' too, what clients sent or
 * keep, and all else.
 */
export const keptBelow = (id: string, dataset: string, partition: string) => ({
  data: [keys.dataset(dataset), shardsOf(dataset, partition)],
  updates: clientsModelsOf(id),
  models: [ownObjectsOf(id)],
});

/** What the keys of a data set, and of its shards in every partition, begin with. */
export const dataBelow = (dataset: string) => ({
  dataset: `datasets/${dataset}/`,
  shards: `shards/${dataset}/`,
});

/** The same of all runs: what a lifecycle expires. */
export const clientsModels = ["updates/", "clients/", "masks/"] as const;

/** What the keys of all jobs begin with that wait, or have waited, for owners. */
export const jobsLeft = "doors/";

/** Of an execution name's 80 characters eight are left for the number of the run's second and later executions. */
export const longestRunName = 72;
/** What both S3 keys and Step Functions execution names take. */
export const runNamePattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${longestRunName - 1}}$`);
