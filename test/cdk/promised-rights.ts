import type { BundleName } from "../../cdk/bundle.ts";
import type { AccessKind } from "../../cdk/constructs/access-rights.ts";
import { at, bucketArn } from "./deployed-rights.ts";
import { federationKinds, type Kind, keysOf } from "./reach.ts";

const recordsOfBaseline: Kind[] = ["baselineEpoch", "baselineUsage", "baselineClients"];
const ofBaseline: Kind[] = ["baselineCheckpoint", ...recordsOfBaseline];

/** From the security table of the design, not from the code that grants. */
export const functionsRights: Readonly<
  Record<BundleName, { get: readonly Kind[]; put: readonly Kind[]; create?: readonly Kind[] }>
> = {
  PrepareRun: {
    get: [
      ...(["dataset", "shard", "shardIndex", "config"] as const),
      ...(["plan", "global", "roundMetrics", "roundTimes", "roundState"] as const),
      // what owners have signed, which it plans by
      ...(["agreement", "acceptance"] as const),
    ],
    put: ["shard", "shardIndex"],
    create: [
      ...(["dataset", "config", "plan", "partition", "global"] as const),
      ...(["roundMetrics", "roundTimes", "roundState", "simulatedKey", "noiseKey"] as const),
    ],
  },
  TrainClient: {
    get: ["shard", "shardIndex", "plan", "global", "roundState", "clientState", "simulatedKey"],
    put: [],
    // one of them below another's prefix; it lies there before any client works, and once
    create: ["update", "clientState", "simulatedKey", "boxes"],
  },
  // no update and no model, and nothing of a client but the box that it has sealed
  OpenSums: {
    get: ["plan", "boxes", "openedOnce"],
    put: [],
    create: ["openedOnce", "opened"],
  },
  AggregateRound: {
    get: ["plan", "global", "update", "noiseKey", "opened", "roundState", "roundUpdates", "roundTimes"],
    put: [],
    create: ["roundUpdates", "global", "roundState", "roundTimes", "roundMetrics"],
  },
  TrainBaseline: {
    get: ["shard", "shardIndex", "plan", "global", ...ofBaseline],
    put: [],
    create: ofBaseline,
  },
  FinishRun: {
    get: ["plan", "partition", "global", "roundMetrics", "roundTimes", "expenses", ...ofBaseline],
    put: [],
    create: ["model", "oneClientModel", "expenses", "result", "report"],
  },
  // what it gives owners addresses of, and nothing of anybody's examples
  Door: {
    get: [
      ...(["waitingJob", "plan", "partition", "global", "roundState", "roundMetrics", "update"] as const),
      ...(["boxes", "opened"] as const),
    ],
    put: [],
    create: ["update", "boxes", "opened"],
  },
};

interface PeoplesRights {
  readonly get: readonly Kind[];
  readonly put: readonly Kind[];
  readonly parts: readonly Kind[];
  readonly delete: readonly Kind[];
}

/**
 * From what docs/security.md promises, not from the code that grants: no example, no update and no model of one client
 * to a reader.
 */
const readable: readonly Kind[] = [
  ...(["config", "plan", "roundMetrics", "roundTimes", "model", "expenses", "result"] as const),
  ...recordsOfBaseline,
];
export const peoplesRights: Readonly<Record<AccessKind, PeoplesRights>> = {
  Reader: { get: [...readable, "members", "agreement"], put: [], parts: [], delete: [] },
  Operator: {
    // whatever fedstep verify makes a run again from
    get: [
      ...readable,
      ...federationKinds,
      ...([
        "global",
        "baselineCheckpoint",
        "oneClientModel",
        "report",
        "dataset",
        "partition",
        "shard",
        "shardIndex",
        "update",
        "roundUpdates",
        "roundState",
        "clientState",
        "boxes",
        "opened",
        "simulatedKey",
        "noiseKey",
      ] as const),
    ],
    put: ["dataset", "config", ...federationKinds],
    parts: ["dataset"],
    delete: ["config", "update", "clientState", "simulatedKey", "noiseKey", "boxes", "opened"],
  },
  // finds a run by its configuration; deletes whatever a run can have left, and reads none of it
  Remover: {
    get: ["config"],
    put: [],
    parts: [],
    delete: (Object.keys(keysOf("r")) as Kind[]).filter(
      // what helpers have opened once outlives every run
      (kind) =>
        kind !== "waitingJob" && kind !== "openedOnce" && !federationKinds.some((one) => one === kind),
    ),
  },
};

/** Actions on what are no objects, with the whole of what they are granted on. */
export const peoplesPlaces: Readonly<Record<AccessKind, Readonly<Record<string, string>>>> = {
  Reader: {
    "cloudformation:DescribeStacks": at("cloudformation", "stack/fedstep/*"),
    "states:DescribeExecution": at("states", "execution:fedstep:*"),
    "states:GetExecutionHistory": at("states", "execution:fedstep:*"),
  },
  Operator: {
    "cloudformation:DescribeStacks": at("cloudformation", "stack/fedstep/*"),
    "states:DescribeExecution": at("states", "execution:fedstep:*"),
    "states:GetExecutionHistory": at("states", "execution:fedstep:*"),
    "states:StopExecution": at("states", "execution:fedstep:*"),
    "states:StartExecution": at("states", "stateMachine:fedstep"),
    "s3:ListBucketMultipartUploads": bucketArn,
  },
  Remover: {
    "cloudformation:DescribeStacks": at("cloudformation", "stack/fedstep/*"),
    "states:DescribeExecution": at("states", "execution:fedstep:*"),
  },
};
