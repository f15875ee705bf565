import { againstAgreement } from "../shared/owners/against-agreement.ts";
import type { Agreement } from "../shared/owners/agreement.ts";
import type { HelpersJob } from "../shared/owners/helpers-job.ts";
import { judgeChain } from "../shared/owners/judge-chain.ts";
import { judgePlan } from "../shared/owners/judge-plan.ts";
import { type OpenedEntry, ofRun, openedOf, signedOf } from "../shared/owners/log-entry.ts";
import type { Policy } from "../shared/owners/policy.ts";
import type { Refusal } from "../shared/owners/refusals.ts";
import { ownerOf } from "../shared/owners/signed-update.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { OwnerHome } from "./home.ts";
import type { OpenedJob } from "./job-objects.ts";
import { anothersRun, unapproved } from "./judge-job.ts";
import type { OwnerKeys } from "./keys.ts";

/** A helper's job with what it takes. */
export interface Helping {
  readonly job: HelpersJob;
  /** What came with it, by key: plan, partition, model, the metrics since the owner's last round, and boxes. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Whether a person has to have allowed the run, whatever the policy says. */
  readonly ask?: boolean;
  readonly at: Date;
  readonly signal?: AbortSignal | undefined;
}

/** What the owner helps by: what it has signed, its rules, and the keys that the agreement knows. */
export interface HelperSide {
  readonly agreed: Agreement;
  readonly policy: Policy;
  readonly own: OwnerKeys;
}

/** What speaks against helping in a round; undefined where nothing does. No data of its own are looked at. */
export async function judgeOpening(
  home: OwnerHome,
  { job, at }: Helping,
  { plan, partition, partitionSeal, since }: OpenedJob,
  { agreed, policy, own: { key } }: HelperSide,
): Promise<Refusal | undefined> {
  const { entries } = home.log;
  const accepted = partition.acceptances?.find((one) => one.key === key)?.content.description;
  const client = plan.clients.find((one) => ownerOf(plan, one.client)?.key === key)?.client;
  if (!accepted || client === undefined) {
    return { name: "AcceptanceInvalid", about: "partition: does not have what this owner has signed" };
  }
  const today = home.log.time(at).toISOString().slice(0, 10);
  return (
    anothersRun(job) ??
    againstAgreement({ policy, agreement: agreed, description: accepted, key, today }) ??
    unapproved(policy, job, entries) ??
    anothersHelp(job, plan, key) ??
    (await judgePlan({ plan, partition, partitionSeal }, { agreed, key })) ??
    otherThanBefore(job, home) ??
    (await judgeChain({ job: { ...job, client }, plan, since, entries, cohort: agreed.minimumCohort }))
  );
}

function anothersHelp(
  { helper, round, run, ended }: HelpersJob,
  plan: Plan,
  key: string,
): Refusal | undefined {
  const named = plan.helpers?.find((one) => one.helper === helper);
  if (named?.key !== key) return { name: "PlanDiffers", about: `plan: helper ${helper} is somebody else` };
  const { rounds } = plan.config.federation;
  if (round <= (ended === null ? rounds : rounds + 1)) return undefined;
  return { name: "RoundsExceeded", about: `round ${round} of ${run}: the plan has ${rounds} rounds` };
}

/** One plan of a run, and for each round one model, in whatever execution. */
function otherThanBefore(
  { run, round, plan, chainSha256 }: HelpersJob,
  { log: { entries } }: OwnerHome,
): Refusal | undefined {
  const known = ofRun<Pick<OpenedEntry, "run" | "round" | "plan" | "chainSha256">>(run, [
    ...openedOf(entries),
    ...signedOf(entries),
  ]);
  if (known.some((one) => one.plan !== plan)) {
    return { name: "PlanDiffers", about: `${run}: this owner has worked by another plan of that run` };
  }
  if (known.every((one) => one.round !== round || one.chainSha256 === chainSha256)) return undefined;
  return { name: "ModelDiffers", about: `round ${round} of ${run}: it was asked for it with another model` };
}
