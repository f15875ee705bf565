import { participantsOf } from "../rounds/participants.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { isFinalPass } from "./final-pass.ts";
import type { OwnersJob } from "./job.ts";
import { type LogEntry, ofRun, type SignedEntry, signedOf } from "./log-entry.ts";
import type { Policy } from "./policy.ts";
import { beyondBudget, chargeOf, chargesIn } from "./privacy-ledger.ts";
import type { Refusal, RefusalName } from "./refusals.ts";

/** A round that an owner is asked for. */
export interface RoundToJudge {
  readonly job: OwnersJob;
  readonly plan: Plan;
  /** The owner's log. */
  readonly entries: readonly LogEntry[];
  readonly policy: Pick<Policy, "mostRounds" | "mostEvaluations" | "privacyBudget">;
  /** Of the data that it would train on. */
  readonly dataMac: string;
}

type Rule = (round: RoundToJudge, sent: readonly SignedEntry[]) => Refusal | undefined;

/**
 * Whether an owner does what a round asks of it, by its own log: the first rule that is broken. A job that is repeated is the
 * same job, whatever it has cost.
 */
export function judgeRound(round: RoundToJudge): Refusal | undefined {
  const sent = signedOf(round.entries);
  for (const rule of rules) {
    const refusal = rule(round, sent);
    if (refusal) return refusal;
  }
  return undefined;
}

const refusal = (name: RefusalName, about: string): Refusal => ({ name, about });

/** One plan, for each round one model, in whatever execution, and for each execution's round one task. */
const oneOfEach: Rule = ({ job }, sent) => {
  const known = ofRun(job.run, sent);
  if (known.some(({ plan }) => plan !== job.plan)) {
    return refusal("PlanDiffers", `${job.run}: this owner has worked by another plan of that run`);
  }
  const ofRound = known.filter(({ round }) => round === job.round);
  if (ofRound.some(({ chainSha256 }) => chainSha256 !== job.chainSha256)) {
    return refusal(
      "ModelDiffers",
      `round ${job.round} of ${job.run}: it was asked for it with another model`,
    );
  }
  const other = ofRound.find(({ attempt, task }) => attempt === job.attempt && task !== job.task);
  return (
    other &&
    refusal(
      "PlanDiffers",
      `round ${job.round} of ${job.run}: it was asked to ${other.task}, and now to ${job.task}`,
    )
  );
};

/** From round to round: one that it has left behind is asked for again only where it took part in it. */
const forward: Rule = ({ job }, sent) => {
  const known = ofRun(job.run, sent);
  const last = Math.max(0, ...known.map(({ round }) => round));
  if (job.round >= last || known.some(({ round }) => round === job.round)) return undefined;
  return refusal("ChainBroken", `${job.run}: round ${job.round} is asked for after round ${last}`);
};

/** The task that the plan gives it in that round, or the final pass, which is one and the end. */
const asPlanned: Rule = ({ job, plan }, sent) => {
  const { rounds } = plan.config.federation;
  const planned = participantsOf(plan, job.round).find(({ client }) => client === job.client)?.task;
  const trains = job.round <= rounds && planned === job.task;
  const final = job.task === "evaluate" && job.round <= rounds + 1;
  const ended = ofRun(job.run, sent).find(
    (one) => one.round !== job.round && isFinalPass(plan, { ...one, client: job.client }),
  );
  if (ended) {
    return refusal("EvaluationsExceeded", `${job.run}: had its final pass in round ${ended.round}`);
  }
  if (trains || final) return undefined;
  return refusal(
    job.task === "evaluate" ? "EvaluationsExceeded" : "RoundsExceeded",
    `round ${job.round} of ${job.run}: the plan has ${rounds} rounds, and gives it nothing to ${job.task}`,
  );
};

/** What the policy allows on these data, all runs together; a job that was done before costs nothing again. */
const withinPolicy: Rule = ({ job, policy, dataMac }, sent) => {
  const onThese = sent.filter((one) => one.dataMac === dataMac);
  const jobs = new Set(onThese.map(jobName));
  if (jobs.has(jobName(job))) return undefined;
  // each job evaluates, and some train
  if (jobs.size >= policy.mostEvaluations) {
    return refusal("EvaluationsExceeded", `mostEvaluations: ${policy.mostEvaluations} are done`);
  }
  const trained = new Set(onThese.filter(({ task }) => task === "train").map(jobName));
  if (job.task === "train" && trained.size >= policy.mostRounds) {
    return refusal("RoundsExceeded", `mostRounds: ${policy.mostRounds} are done`);
  }
  return undefined;
};

/** What the run spends as a whole, with all that other runs have: told at its first round. An update that is repeated costs nothing. */
const withinBudget: Rule = ({ job, plan, policy }, sent) => {
  const charge = chargeOf(plan);
  if (!charge || job.task !== "train" || !policy.privacyBudget) return undefined;
  const others = chargesIn(sent.filter(({ run }) => run !== job.run));
  // a round that a later execution asks for again is noised anew, and costs as much again
  const trained = sent.filter(
    (one) => one.run === job.run && one.task === "train" && jobName(one) !== jobName(job),
  );
  const begun = new Set([...trained.map(({ round }) => round), job.round]).size;
  const updates = trained.length + 1 + Math.max(0, (plan.privacy?.rounds ?? 0) - begun);
  const about = beyondBudget(policy, others, { ...charge, steps: updates * charge.steps });
  return about === undefined ? undefined : refusal("PrivacyBudgetSpent", about);
};

const jobName = ({ run, round, attempt }: Pick<OwnersJob, "run" | "round" | "attempt">) =>
  JSON.stringify([run, round, attempt]);

const rules: readonly Rule[] = [oneOfEach, forward, asPlanned, withinPolicy, withinBudget];
