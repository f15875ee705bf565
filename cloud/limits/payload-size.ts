import type { Config } from "../../shared/config/schema.ts";
import { payloadTooLarge } from "../../shared/errors.ts";
import { longestRunName } from "../../shared/layout.ts";
import type { OwnersWait } from "../../shared/owners/waiting-job.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { selectedCount } from "../../shared/rounds/selection.ts";
import { type HelperNumber, helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import type { ParticipantTask } from "../../shared/workflow/fields.ts";
import type {
  aggregateRoundInput,
  BaselineState,
  ClientReport,
  FederationState,
  HelperReport,
} from "../../shared/workflow/payloads.ts";
import { endReason } from "../../shared/workflow/result-record.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import { thisWriter, writerName } from "../../shared/workflow/writer.ts";
import { maxPayloadBytes } from "../quotas.ts";

/** Numbers as wide as they become: milliseconds since 1970, a score or a norm, and the usage of one invocation and of a run. */
const instant = 1_999_999_999_999;
const share = 0.12345678901234566;
const ofOne: Usage = { count: 1, cold: 1, billedMs: 900_000, gbSeconds: 449.9995 };
const ofRun: Usage = {
  count: 9_999_999,
  cold: 99_999,
  billedMs: 99_999_999_999,
  gbSeconds: 1234567.1234567892,
};
const longestRun = "x".repeat(longestRunName);
const [longestReason = null] = endReason.options.toSorted((a, b) => b.length - a.length);
const digest = "0".repeat(64);

const longestWait: OwnersWait = {
  agreement: { federation: "x".repeat(24), version: 99_999, sha256: digest },
  ...{ heartbeatSeconds: 99_999, timeoutSeconds: 999_999, updateBytes: 9_999_999_999 },
};

/** How the state says that an owner is reached. */
const [longestWay] = [{ owner: digest }, { account: "0".repeat(12), stack: "x".repeat(40) }].sort(
  (a, b) => JSON.stringify(b).length - JSON.stringify(a).length,
);

/** The same where owners open the sums of masks, wherever they are: each has its way and its answer in one list of two. */
const longestOpeningWait: OwnersWait = {
  ...longestWait,
  helpers: [],
  helpersInAccounts: helperNumbers.map((helper) => ({
    helper,
    account: "0".repeat(12),
    stack: "x".repeat(40),
  })),
  openingBytes: 9_999_999_999,
};

const openedBy = (helper: HelperNumber): HelperReport => ({
  ...{ helper, sha256: digest },
  ...{ from: instant, to: instant, usage: ofOne },
});

/** Participants of a round, those who train and those who only evaluate. */
interface Counts {
  readonly train: number;
  readonly evaluate: number;
}

/**
 * Bytes of the largest state that a run passes on: that of the federation after a round's Map, with everybody's report.
 * A report of a client that failed has the beginning of its cause, and may be a few times as long.
 */
export function payloadBytes(config: Config, owners = false): number {
  const { round, final } = participantCounts(config);
  const train = selectedCount(config.federation, config.partition.clients);
  const rounds = { train, evaluate: round - train };
  return Math.max(bytesOf(config, rounds, owners), bytesOf(config, { train: 0, evaluate: final }, owners));
}

function bytesOf(
  { federation, baseline, partition }: Config,
  { train, evaluate }: Counts,
  owners: boolean,
): number {
  const { rounds } = federation;
  // the highest numbers are the longest; the examiner's comes after the clients'
  const numbers = Array.from({ length: train + evaluate }, (_, i) =>
    Math.max(0, partition.clients - i - (federation.evaluation === "test-set" ? 0 : 1)),
  );
  const taskOf = (i: number): ParticipantTask => (i < train ? "train" : "evaluate");
  const state: FederationState = {
    round: rounds + 1,
    participants: numbers.map((client, i) => ({ client, task: taskOf(i), ...(owners && longestWay) })),
    ...(owners && { owners: hasMasks({ federation }) ? longestOpeningWait : longestWait }),
    stage: "round",
    ended: train > 0 ? null : longestReason,
    best: { round: rounds, score: share },
    medianNorm: share,
    ...(hasMasks({ federation })
      ? {
          sums: "masked",
          helpers: [...helperNumbers],
          opened: helperNumbers.map(openedBy),
          openedInAccounts: [],
        }
      : { sums: "plain", helpers: [] }),
    execution: { number: rounds, name: `${longestRun}@${rounds}`, lastRound: rounds },
    chainSha256: digest,
    weightsSha256: digest,
    startedAt: instant,
    usage: ofRun,
  };
  const reports: ClientReport[] = numbers.map((client) => ({
    client,
    sha256: digest,
    from: instant,
    to: instant,
    usage: ofOne,
  }));
  const ofBaseline: BaselineState = {
    epoch: baseline.epochs,
    done: false,
    chainSha256: digest,
    clientsSeal: digest,
    usage: ofRun,
  };
  const whole = {
    run: longestRun,
    plan: digest,
    writer: writerName(thisWriter),
    startedAt: instant,
    federation: state,
    baseline: ofBaseline,
    usage: ofRun,
    reports,
  };
  return JSON.stringify(whole satisfies AggregateInput).length;
}

type AggregateInput = (typeof aggregateRoundInput)["_output"];

/** @throws PayloadTooLarge with how many participants would fit */
export function checkPayload(config: Config, owners: boolean): void {
  const bytes = payloadBytes(config, owners);
  if (bytes <= maxPayloadBytes) return;
  const { round, final } = participantCounts(config);
  const most = Math.max(round, final);
  const none = bytesOf(config, { train: 0, evaluate: 0 }, owners);
  const fit = Math.floor((maxPayloadBytes - none) / ((bytes - none) / most));
  throw payloadTooLarge(
    `partition.clients: the state of a round of ${most} participants takes ${bytes} bytes, and Step Functions passes on ` +
      `at most ${maxPayloadBytes}; lower partition.clients or federation.fraction, so that at most ${fit} take part`,
  );
}
