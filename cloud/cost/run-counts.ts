import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import type { Footprint, RunPart } from "../footprint.ts";
import { roundsThatFit } from "../limits/history.ts";
import { maxInlineIterations } from "../quotas.ts";
import type { StrategyObjects } from "../strategy-vectors.ts";
import { flowCounts } from "../workflow/counts.generated.ts";
import type { FlowCounts, Taken } from "../workflow/flow-counts.ts";
import type { BaselineCounts, LayingOut, Requests, RunCounts } from "./counts.ts";
import { doorGigabytes } from "./door.ts";

/** Invocations of TrainClient at once: an inline Map starts no more. */
export function clientsAtOnce({ round, final }: ReturnType<typeof participantCounts>): number {
  return Math.min(Math.max(round, final), maxInlineIterations);
}

export interface CountedRun {
  /** Rounds that train; all of the configuration's where left out. */
  readonly rounds?: number;
  /** Rounds taken over before these; none where left out. */
  readonly taken?: number;
  /** Left out, a baseline takes one invocation for all of its epochs. */
  readonly baseline?: BaselineCounts;
  readonly laidOut?: LayingOut | null;
  /** Whether its clients are owners who keep their data. */
  readonly owners?: boolean;
  /** How many of them are in accounts of their own. */
  readonly accounts?: number;
  /** How many of the three who open sums of masks. */
  readonly helpersInAccounts?: number;
  /** Of a run with owners the simulated clients among its clients; none where left out. */
  readonly beside?: number;
}

/**
 * Of an undisturbed run whose shards nobody has written yet.
 * @throws HistoryTooLong where an execution cannot hold a round
 */
export function plannedCounts(
  config: Config,
  {
    rounds: planned,
    taken = 0,
    baseline,
    laidOut = null,
    owners = false,
    accounts = 0,
    helpersInAccounts = 0,
    beside = 0,
  }: CountedRun = {},
  participants = participantCounts(config),
): RunCounts {
  const { federation, partition } = config;
  const rounds = planned ?? federation.rounds;
  const { round, final, selected } = participants;
  const perExecution = federation.executionRounds ?? roundsThatFit(config, owners, participants);
  const epochs = config.baseline.epochs;
  const aside = baseline ?? { invocations: 1, epochs, checkpoints: 1 };
  return {
    executions: Math.max(1, Math.ceil(rounds / perExecution)),
    rounds,
    taken,
    owners: owners ? partition.clients - beside : 0,
    beside: owners ? beside : 0,
    accounts: owners ? accounts : 0,
    helpersInAccounts: owners ? helpersInAccounts : 0,
    trainings: rounds * selected,
    returns:
      rounds * selected -
      expectedTrained(partition.clients, selected, taken + rounds) +
      expectedTrained(partition.clients, selected, taken),
    evaluations: rounds * (round - selected) + final,
    masked: hasMasks(config),
    silent: 0,
    baseline: config.baseline.enabled ? aside : null,
    laidOut,
    shards: owners ? beside : partition.clients + (federation.evaluation === "test-set" ? 1 : 0),
    shardsWritten: !owners || beside > 0,
    environments:
      Math.min(owners ? beside : Infinity, clientsAtOnce(participants)) +
      2 +
      (hasMasks(config) && !owners ? helperNumbers.length : 0) +
      (config.baseline.enabled ? 1 : 0),
  };
}

/** Different clients among those of all rounds, each round drawing so many of all without replacement. */
function expectedTrained(clients: number, selected: number, rounds: number): number {
  return clients * (1 - (1 - selected / clients) ** rounds);
}

/**
 * What TrainClient is invoked for: all participants of a simulated run, and of one with owners the simulated clients beside
 * them. A round asks all alike.
 */
export function simulatedPart(counts: RunCounts): RunCounts {
  const { owners, beside } = counts;
  if (owners === 0) return counts;
  const part = (of: number) => Math.round((of * beside) / (owners + beside));
  return {
    ...counts,
    trainings: part(counts.trainings),
    evaluations: part(counts.evaluations),
    returns: part(counts.returns),
  };
}

/** Of each step of a part of the run. */
export function invocationsIn(part: RunPart, counts: RunCounts): number {
  switch (part) {
    case "participant": {
      const { trainings, evaluations } = simulatedPart(counts);
      return trainings + evaluations;
    }
    case "opening":
      // an owner that helps is no function
      return counts.owners > 0 ? 0 : openingsOf(counts);
    case "round":
      return counts.rounds + 1;
    case "baseline":
      return counts.baseline?.invocations ?? 0;
    default:
      return 1;
  }
}

/** Each helper opens sums in each round, the final pass among them. */
const openingsOf = ({ masked, rounds }: RunCounts) => (masked ? helperNumbers.length * (rounds + 1) : 0);

export function invocationsOf(counts: RunCounts, footprints: readonly Footprint[]): number {
  return footprints.reduce((sum, { part }) => sum + invocationsIn(part, counts), 0);
}

/** States that the workflow enters in an undisturbed run, and for each client that failed for good. Retries add to them. */
export function transitionsOf(counts: RunCounts, flow: FlowCounts = flowCounts): number {
  const { executions, rounds, owners, trainings, evaluations, silent, baseline } = counts;
  const [round, each, failed] =
    owners > 0
      ? [ownersRoundOf(counts, flow), flow.owner, flow.silentOwner]
      : counts.masked
        ? [flow.maskedRound, flow.masked, flow.silent]
        : [flow.round, flow.participant, flow.silent];
  return (
    executions * flow.execution.transitions +
    flow.prepare.transitions +
    (rounds + 1) * round.transitions +
    (trainings + evaluations) * each.transitions +
    jobsInAccounts(counts) * (flow.account.transitions - flow.owner.transitions) +
    (owners > 0
      ? invocationsIn("participant", counts) * (flow.beside.transitions - flow.owner.transitions)
      : 0) +
    openingsTransitions(counts, flow) +
    silent * failed.transitions +
    (baseline?.invocations ?? 0) * flow.baseline.transitions +
    (executions - 1) * flow.continue.transitions +
    flow.finish.transitions
  );
}

/**
 * A round with owners. Of the two Maps in which owners open sums a stack has one whose owners are all reached one way; one that has
 * the other too, for other federations, enters a state more each round than is counted here.
 */
function ownersRoundOf(
  { masked, owners, accounts }: RunCounts,
  flow: FlowCounts,
): Pick<Taken, "transitions"> {
  if (!masked) return flow.ownersRound;
  const bothWays = accounts > 0 && accounts < owners;
  return bothWays
    ? flow.maskedOwnersRound
    : { transitions: flow.maskedOwnersRound.transitions - flow.map.transitions };
}

function openingsTransitions(counts: RunCounts, flow: FlowCounts): number {
  if (counts.owners === 0) return openingsOf(counts) * flow.opening.transitions;
  return (
    openingsAtDoor(counts) * flow.ownersOpening.transitions +
    openingsInAccounts(counts) * flow.openingInAccount.transitions
  );
}

/**
 * States that the workflow enters for each invocation of a function, its own Task among them: the first of a part of the run
 * has what else its part enters, and of what prepares a run what its first execution is about.
 */
export function statesEntered(footprint: Footprint, footprints: readonly Footprint[]): number {
  const [first, ...others] = footprints.filter(({ part }) => part === footprint.part);
  if (footprint.name !== first?.name) return 1;
  const around = footprint.part === "prepare" ? flowCounts.execution.transitions : 0;
  // the Map around the helpers, a third of it to each
  const { maskedRound, round } = flowCounts;
  const shared = (maskedRound.transitions - round.transitions) / helperNumbers.length;
  return (
    around +
    flowCounts[footprint.part].transitions -
    others.length +
    (footprint.part === "opening" ? shared : 0)
  );
}

/**
 * S3 requests of the functions, and of jobs for owners. The command line's own, which uploads and watches, are not among them.
 */
export function requestsOf(
  counts: RunCounts,
  objects: StrategyObjects,
  footprints: readonly Footprint[],
): Requests {
  const each = [
    ...footprints.map((footprint) =>
      footprint.requests(footprint.part === "participant" ? simulatedPart(counts) : counts, objects),
    ),
    ...(counts.owners > 0 ? [ownersRequests(counts)] : []),
  ];
  return {
    writes: each.reduce((sum, { writes }) => sum + writes, 0),
    reads: each.reduce((sum, { reads }) => sum + reads, counts.environments),
  };
}

/**
 * Of an owner who does its job at once: the job is asked for, the update's address, and the end of the wait. Asking for none,
 * while nobody waits, is no run's.
 */
const askedPerJob = 3;
/** Of an owner who masks its update also the address of its boxes. */
const askedPerMasked = 4;
/** Milliseconds of an answer. */
const answerMs = 100;

function jobsOf(counts: RunCounts): number {
  const { owners, trainings, evaluations } = counts;
  return owners > 0 ? trainings + evaluations - invocationsIn("participant", counts) : 0;
}

/** Those of them in accounts of their own: a round asks all owners alike. */
const jobsInAccounts = (counts: RunCounts) =>
  counts.owners > 0 ? Math.round((jobsOf(counts) * counts.accounts) / counts.owners) : 0;
const jobsAtDoor = (counts: RunCounts) => jobsOf(counts) - jobsInAccounts(counts);
/** Those of owners who help. */
const ownersOpenings = (counts: RunCounts) => (counts.owners > 0 ? openingsOf(counts) : 0);
/** Those of them in accounts of their own. */
const openingsInAccounts = (counts: RunCounts) =>
  (ownersOpenings(counts) * counts.helpersInAccounts) / helperNumbers.length;
const openingsAtDoor = (counts: RunCounts) => ownersOpenings(counts) - openingsInAccounts(counts);
const askedOf = ({ masked }: RunCounts) => (masked ? askedPerMasked : askedPerJob);

/** Invocations of the door, and their gigabyte-seconds. Who refuses a job asks once less, and is counted like the others. */
export function doorUse(counts: RunCounts): { readonly invocations: number; readonly gbSeconds: number } {
  const invocations = askedOf(counts) * jobsAtDoor(counts) + askedPerJob * openingsAtDoor(counts);
  return { invocations, gbSeconds: (invocations * answerMs * doorGigabytes) / 1000 };
}

/** S3 requests of door, owners and the state that waits for them; the bucket's owner pays for all of them. */
function ownersRequests(counts: RunCounts): Requests {
  const [jobs, atDoor] = [jobsOf(counts), jobsAtDoor(counts)];
  const [openings, openedAtDoor] = [ownersOpenings(counts), openingsAtDoor(counts)];
  const boxes = counts.masked ? jobs : 0;
  // of each client that has reported, by each helper
  const perOpening = openings > 0 ? (counts.trainings + counts.evaluations) / (counts.rounds + 1) : 0;
  return {
    // the update by the owner, and its boxes; for one who asks, its job by the state machine; of a helper what it has opened
    writes: jobs + boxes + atDoor + openings + openedAtDoor,
    // plan, partition, model, the strategy's state and the metrics of the round before by the owner; for one who asks, the slot
    // at each answer, and whether the update is there before it is sent and after
    // of boxes likewise; a helper reads plan, partition, model and metrics, and the boxes
    reads:
      5 * jobs +
      (askedOf(counts) + 2) * atDoor +
      (counts.masked ? 2 * atDoor : 0) +
      (4 + perOpening) * openings +
      (askedPerJob + 2) * openedAtDoor,
  };
}
