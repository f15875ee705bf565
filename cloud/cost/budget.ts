import type { Config } from "../../shared/config/schema.ts";
import { budgetTooSmall } from "../../shared/errors.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import { type Deployment, gigabytesOf } from "../deployment.ts";
import { billOf } from "./bill.ts";
import { type DataSize, type Planned, plannedSize } from "./data-size.ts";
import { estimateRun } from "./estimate.ts";
import { layingOutOf } from "./measured-counts.ts";
import { invocationsOf, plannedCounts } from "./run-counts.ts";

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

/**
 * The branches run side by side and do not know what the other spends, so each has its share from the start: the
 * estimate of its least, and of what is left as much as the estimate gives it of a whole run.
 */
function sharesOf(config: Config, budget: number, size: DataSize, deployment: Deployment): Shares {
  const estimated = (some: Config): Shares => {
    const total = estimateRun(some, size, deployment).bill.dollars;
    const federation = estimateRun(withoutBaseline(some), size, deployment).bill.dollars;
    return { federation, baseline: total - federation };
  };
  const [least, whole] = [estimated(shortest(config)), estimated(config)];
  const more = whole.federation + whole.baseline - (least.federation + least.baseline);
  const share = more > 0 ? (whole.baseline - least.baseline) / more : 0;
  const baseline = least.baseline + share * (budget - least.federation - least.baseline);
  return { federation: budget - baseline, baseline };
}

/** @throws BudgetTooSmall where it would not pay for the shortest run */
export function checkBudget(config: Config, size: DataSize, deployment: Deployment): void {
  const { budget } = config.federation;
  if (budget === null) return;
  const { dollars } = estimateRun(shortest(config), { ...size, filled: 1 }, deployment).bill;
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
export function affordsRound(plan: Paid, deployment: Deployment, trained: number, usage: Usage): boolean {
  const { budget } = plan.config.federation;
  if (budget === null) return true;
  const size = plannedSize(plan, 1);
  const config = withoutBaseline(ownPart(plan));
  const { gbSeconds, seconds } = estimateRun(config, size, deployment);
  const { round, final } = participantCounts(config);
  const ofRound = usage.gbSeconds / trained;
  const ofFinalPass = (ofRound * (final + 1)) / (round + 1);
  const counts = plannedCounts(config, {
    rounds: trained + 1,
    taken: takenRounds(plan),
    laidOut: layingOutOf(plan),
  });
  const used = {
    invocations: invocationsOf(counts),
    gbSeconds: gbSeconds.PrepareRun + usage.gbSeconds + ofRound + ofFinalPass + gbSeconds.FinishRun,
    seconds,
  };
  const { dollars } = billOf(config, counts, used, deployment);
  return dollars <= sharesOf(ownPart(plan), budget, size, deployment).federation;
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
  deployment: Deployment,
  more: number,
  { epochs, usage, epochMs }: BaselineSpending,
): boolean {
  const { budget } = plan.config.federation;
  if (budget === null) return true;
  const size = plannedSize(plan, 1);
  const config = ownPart(plan);
  const ofEpoch =
    epochMs === undefined
      ? estimateRun(config, size, deployment).gbSeconds.TrainBaseline / config.baseline.epochs
      : (epochMs / 1000) * gigabytesOf(deployment, "TrainBaseline");
  const invocations = usage.count;
  const counts = plannedCounts(config, {
    baseline: { invocations, epochs: epochs + more, checkpoints: invocations },
  });
  const bare = plannedCounts(withoutBaseline(config));
  const used = { invocations, gbSeconds: usage.gbSeconds + more * ofEpoch, seconds: 0 };
  const nothing = { invocations: 0, gbSeconds: 0, seconds: 0 };
  const dollars =
    billOf(config, counts, used, deployment).dollars - billOf(config, bare, nothing, deployment).dollars;
  return dollars <= sharesOf(config, budget, size, deployment).baseline;
}
