import type { Config } from "../../shared/config/schema.ts";
import { budgetTooSmall } from "../../shared/errors.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import { type Deployment, gigabytesOf } from "../deployment.ts";
import { type Footprint, stepsIn } from "../footprint.ts";
import { type Sizing, sizingOf } from "../sizing.ts";
import { billOf } from "./bill.ts";
import { accountsOf, besideOwners, type Planned, plannedSize } from "./data-size.ts";
import { gbSecondsIn, usedBy } from "./estimate.ts";
import { layingOutOf } from "./measured-counts.ts";
import { invocationsOf, plannedCounts } from "./run-counts.ts";

/** What a run is paid by: a stack, and what the steps on it take. */
export interface Paying {
  readonly deployment: Deployment;
  readonly footprints: readonly Footprint[];
}

/** Which part of the budget each of the two branches may spend, in US dollars. */
interface Shares {
  /** With all that comes before and after the rounds. */
  readonly federation: number;
  readonly baseline: number;
}

type Paid = Planned & Pick<Plan, "origins" | "startedBy">;

/** The configuration of what the run does itself: rounds that it has taken over are not its to pay. */
function ownPart(plan: Paid): Config {
  const { federation } = plan.config;
  return {
    ...plan.config,
    federation: { ...federation, rounds: federation.rounds - takenRounds(plan) },
  };
}

const withoutBaseline = (config: Config): Config => ({
  ...config,
  baseline: { ...config.baseline, enabled: false },
});

/** As little as a run can do: one round, the final pass, one epoch. */
const shortest = (config: Config): Config => ({
  ...config,
  federation: { ...config.federation, rounds: 1 },
  baseline: { ...config.baseline, epochs: 1 },
});

/** With fewer rounds and epochs, which change no size. */
const changed = (sizing: Sizing, change: (config: Config) => Config): Sizing => ({
  ...sizing,
  config: change(sizing.config),
});

/**
 * The branches run side by side and do not know what the other spends, so each has its share from the start: the
 * estimate of its least, and of what is left as much as the estimate gives it of a whole run.
 */
function sharesOf(sizing: Sizing, budget: number, { deployment, footprints }: Paying): Shares {
  const dollars = (some: Sizing) => usedBy(some, deployment, footprints).bill.dollars;
  const estimated = (some: Sizing): Shares => {
    const federation = dollars(changed(some, withoutBaseline));
    return { federation, baseline: dollars(some) - federation };
  };
  const [least, whole] = [estimated(changed(sizing, shortest)), estimated(sizing)];
  const more = whole.federation + whole.baseline - (least.federation + least.baseline);
  const share = more > 0 ? (whole.baseline - least.baseline) / more : 0;
  const baseline = least.baseline + share * (budget - least.federation - least.baseline);
  return { federation: budget - baseline, baseline };
}

/** @throws BudgetTooSmall where it would not pay for the shortest run */
export function checkBudget(sizing: Sizing, { deployment, footprints }: Paying): void {
  const { config, work } = sizing;
  const { budget } = config.federation;
  if (budget === null) return;
  // a data set that is filled wholly costs most
  const dearest = { ...sizing, work: { ...work, filled: 1 } };
  const { dollars } = usedBy(changed(dearest, shortest), deployment, footprints).bill;
  if (budget >= dollars) return;
  const needed = Math.ceil(dollars * 1e4) / 1e4;
  throw budgetTooSmall(
    `federation.budget: ${budget} dollars do not pay for one round${config.baseline.enabled ? " and one epoch" : ""}, ` +
      `which cost about ${needed}; take at least ${needed}, or null`,
  );
}

/**
 * Whether the federation's share pays for another round that costs as much as those so far in the mean, and for the
 * final pass and the result after it.
 * @param trained rounds so far that were not taken over, from 1
 * @param usage of these rounds
 */
export function affordsRound(plan: Paid, paying: Paying, trained: number, usage: Usage): boolean {
  const { budget } = plan.config.federation;
  if (budget === null) return true;
  const { deployment, footprints } = paying;
  const own = sizingOf(ownPart(plan), plannedSize(plan, 1));
  const federation = changed(own, withoutBaseline);
  const { config, participants, vectors } = federation;
  const { gbSeconds, seconds } = usedBy(federation, deployment, footprints);
  const { round, final } = participants;
  const ofRound = usage.gbSeconds / trained;
  const ofFinalPass = (ofRound * (final + 1)) / (round + 1);
  const counts = plannedCounts(config, {
    rounds: trained + 1,
    taken: takenRounds(plan),
    laidOut: layingOutOf(plan),
    owners: plan.agreement !== undefined,
    ...accountsOf(plan),
    beside: besideOwners(plan.clients).clients,
  });
  const used = {
    invocations: invocationsOf(counts, footprints),
    gbSeconds:
      gbSecondsIn(gbSeconds, footprints, "prepare") +
      usage.gbSeconds +
      ofRound +
      ofFinalPass +
      gbSecondsIn(gbSeconds, footprints, "finish"),
    seconds,
  };
  const { dollars } = billOf(vectors, counts, used, deployment, footprints);
  return dollars <= sharesOf(own, budget, paying).federation;
}

/** How far the baseline is. */
export interface BaselineSpending {
  readonly epochs: number;
  /** Its invocations', the present one's among them. */
  readonly usage: Usage;
  /** Of an epoch, in the mean of those that this invocation trained; the estimate where it has trained none. */
  readonly epochMs: number | undefined;
}

/** Whether the baseline's share pays for so many more epochs. */
export function affordsEpochs(
  plan: Paid,
  paying: Paying,
  more: number,
  { epochs, usage, epochMs }: BaselineSpending,
): boolean {
  const { budget } = plan.config.federation;
  if (budget === null) return true;
  const { deployment, footprints } = paying;
  const own = sizingOf(ownPart(plan), plannedSize(plan, 1));
  const { config, vectors } = own;
  const [trainer] = stepsIn(footprints, "baseline");
  const ofEpoch =
    epochMs === undefined
      ? gbSecondsIn(usedBy(own, deployment, footprints).gbSeconds, footprints, "baseline") /
        config.baseline.epochs
      : (epochMs / 1000) * gigabytesOf(deployment, trainer.name);
  const invocations = usage.count;
  const counts = plannedCounts(config, {
    baseline: { invocations, epochs: epochs + more, checkpoints: invocations },
  });
  const bare = plannedCounts(withoutBaseline(config));
  const used = { invocations, gbSeconds: usage.gbSeconds + more * ofEpoch, seconds: 0 };
  const nothing = { invocations: 0, gbSeconds: 0, seconds: 0 };
  const dollars =
    billOf(vectors, counts, used, deployment, footprints).dollars -
    billOf(vectors, bare, nothing, deployment, footprints).dollars;
  return dollars <= sharesOf(own, budget, paying).baseline;
}
