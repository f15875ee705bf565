import { allowanceOf } from "../../cloud/allowance.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { firstRound } from "../../shared/rounds/next-round.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import { thisWriter, writerName } from "../../shared/workflow/writer.ts";

/** Good payloads and records of one small run. */

const run = "fuzzed";
const digest = "0123456789abcdef".repeat(4);
const config = resolveConfig({ set: ["partition.clients=2", "federation.rounds=3"] });
const dataset = {
  name: "toy",
  source: "test",
  digest,
  examples: 8,
  features: 3,
  classes: 2,
  classNames: ["no", "yes"],
};
const plan: Plan = {
  run,
  config,
  dataset,
  partition: digest,
  claim: "",
  shards: [digest, digest],
  scaling: null,
  model: { kind: "mlp", features: 3, hidden: [2], outputs: 2 },
  clients: [
    { client: 0, train: 3, heldOut: 1, heldOutLabels: [1, 0] },
    { client: 1, train: 3, heldOut: 1, heldOutLabels: [0, 1] },
  ],
  examiner: null,
  testSet: null,
  origins: [],
  partitionSeal: digest,
  start: { weightsSha256: digest, taken: null },
};
const federation = {
  ...firstRound(plan, allowanceOf(plan, defaultDeployment, footprints)),
  chainSha256: digest,
  startedAt: 1,
  usage: noUsage,
};
const baseline = { epoch: 0, done: false, chainSha256: digest, usage: noUsage };
const underWay = { run, plan: digest, writer: writerName(thisWriter) };
const confusion = [
  [1, 0],
  [0, 1],
];

export const payloads = {
  prepareRun: {
    input: { run },
    execution: {
      id: `arn:aws:states:eu-west-1:123456789012:execution:fedstep:${run}`,
      name: run,
      startTime: "2026",
    },
  },
  trainClient: { ...underWay, round: 1, task: "train", client: 0, chainSha256: digest },
  aggregateRound: {
    ...underWay,
    federation,
    reports: [
      { client: 0, from: 1, to: 2, usage: noUsage },
      { client: 1, error: { Error: "Runtime.ExitError", Cause: "killed" } },
    ],
  },
  trainBaseline: { ...underWay, baseline },
  finishRun: { ...underWay, startedAt: 1, usage: noUsage, federation, baseline },
};

const evaluated = { accuracy: 1, loss: 0.1, confusion };
const clients = plan.clients.map((part) => ({ ...part, labelCounts: [2, 2] }));

export const records = {
  run: { run, createdAt: "2026-01-01T00:00:00.000Z", config, dataset },
  plan,
  partition: { clients, shards: [digest, digest], testSet: null, scaling: null },
  round: {
    round: 1,
    task: "train",
    evaluated: { round: 0, ...evaluated },
    clients: [{ client: 0, accuracy: 1, loss: 0.1, trainingLoss: 0.2, update: { norm: 1, cosine: 0.5 } }],
    silent: [{ client: 1, task: "train", error: "Runtime.ExitError", cause: "killed" }],
    updates: [{ client: 0, sha256: digest }],
    weightsSha256: digest,
    stateSha256: null,
    chainSha256: digest,
    seconds: 1,
    timing: { training: 0.5, aggregation: 0.1 },
    usage: noUsage,
  },
  epoch: {
    epoch: 1,
    ...evaluated,
    trainingLoss: 0.1,
    weightsSha256: digest,
    velocitySha256: digest,
    chainSha256: digest,
  },
  result: {
    run,
    config,
    dataset,
    clients,
    federated: {
      ...evaluated,
      weightsSha256: digest,
      ended: "rounds",
      rounds: [{ round: 1, accuracy: 1, loss: 0.1, clients: 2, seconds: 1 }],
    },
    baseline: null,
    ratio: null,
    seconds: 2,
    invocations: noUsage,
  },
};
