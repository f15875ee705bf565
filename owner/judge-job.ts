import { isOwners } from "../shared/client/place.ts";
import { againstAgreement } from "../shared/owners/against-agreement.ts";
import { type Agreement, agreementSha256 } from "../shared/owners/agreement.ts";
import type { AnyJob } from "../shared/owners/helpers-job.ts";
import type { OwnersJob } from "../shared/owners/job.ts";
import { judgeChain } from "../shared/owners/judge-chain.ts";
import { judgePlan } from "../shared/owners/judge-plan.ts";
import { judgeRound } from "../shared/owners/judge-round.ts";
import { approvalOf, type LogEntry } from "../shared/owners/log-entry.ts";
import type { Policy } from "../shared/owners/policy.ts";
import type { Refusal } from "../shared/owners/refusals.ts";
import type { SplitExamples } from "../shared/owners/split.ts";
import { highestAccepted, keysIn, lastSigned } from "./accepted.ts";
import type { OwnerHome } from "./home.ts";
import type { OpenedJob } from "./job-objects.ts";
import type { Bundle } from "./train.ts";

/** What an owner would work on, and by which rules. */
export interface OwnSide {
  readonly agreed: Agreement;
  readonly policy: Policy;
  readonly examples: SplitExamples;
  readonly dataMac: string;
  readonly bundle: Bundle;
  /** Year, month and day as 2026-01-31, in UTC. */
  readonly today: string;
}

/** The agreement that a job names, where it is the one that the owner has signed last. */
export async function agreementOfJob(
  home: OwnerHome,
  { agreement: asked }: Pick<AnyJob, "agreement">,
): Promise<{ readonly agreed: Agreement } | { readonly refusal: Refusal }> {
  const signed = await highestAccepted(home, asked.federation);
  const last = lastSigned(home, signed, asked.federation);
  const called = `version ${asked.version} of ${asked.federation}`;
  const refuse = (name: Refusal["name"], about: string) => ({
    refusal: { name, about: `${called}: ${about}` },
  });
  if (last && last.sha256 !== (signed && agreementSha256(signed))) {
    return refuse(
      "LogRolledBack",
      `version ${last.version} was signed last, and its file is gone from the home`,
    );
  }
  if (!signed || asked.version > signed.version) return refuse("AgreementUnsigned", "is not signed here");
  if (asked.version < signed.version) {
    return refuse("AgreementSuperseded", `version ${signed.version} is signed here`);
  }
  if (agreementSha256(signed) === asked.sha256) return { agreed: signed };
  return refuse("AgreementConflict", "another agreement of that number is signed here");
}

/** What speaks against a job: policy and bundle, then plan, round and chain; undefined where nothing does. */
export async function judgeJob(
  home: OwnerHome,
  job: OwnersJob,
  { plan, partition, partitionSeal, since }: OpenedJob,
  { agreed, policy, examples, dataMac, bundle, today }: OwnSide,
): Promise<Refusal | undefined> {
  const { entries } = home.log;
  const { key } = keysIn(home, agreed);
  const description = { train: examples.train.count, heldOut: examples.heldOut.count };
  return (
    anothersRun(job) ??
    againstAgreement({ policy, agreement: agreed, description, key, today }) ??
    unapproved(policy, job, entries) ??
    unknownBundle(agreed, policy, bundle) ??
    anothersClient(job, plan.clients, key) ??
    (await judgePlan({ plan, partition, partitionSeal }, { agreed, key, dataMac })) ??
    judgeRound({ job, plan, entries, policy, dataMac }) ??
    (await judgeChain({ job, plan, since, entries, cohort: agreed.minimumCohort }))
  );
}

/** Runs lie below their federation's name, so that none takes another federation's. */
export function anothersRun({
  run,
  agreement: { federation },
}: Pick<AnyJob, "run" | "agreement">): Refusal | undefined {
  if (run.startsWith(`${federation}.`)) return undefined;
  return { name: "PlanDiffers", about: `run: ${run} is no run of ${federation}` };
}

export function unapproved(
  { ask }: Pick<Policy, "ask">,
  job: Pick<AnyJob, "run" | "plan">,
  entries: readonly LogEntry[],
): Refusal | undefined {
  if (!ask || approvalOf(entries, job) === "allowed") return undefined;
  return { name: "NotApproved", about: `ask: fedstep owner allow ${job.run} lets it through` };
}

function unknownBundle(
  { bundles }: Agreement,
  { bundles: allowed }: Policy,
  { sha256 }: Bundle,
): Refusal | undefined {
  if (bundles.includes(sha256) && (allowed?.includes(sha256) ?? true)) return undefined;
  return { name: "BundleUnknown", about: `bundles: what is installed here has digest ${sha256}` };
}

function anothersClient(
  { client }: OwnersJob,
  clients: OpenedJob["plan"]["clients"],
  key: string,
): Refusal | undefined {
  const place = clients.find((one) => one.client === client)?.place;
  if (place && isOwners(place) && place.key === key) return undefined;
  return { name: "PlanDiffers", about: `plan: client ${client} is somebody else` };
}
