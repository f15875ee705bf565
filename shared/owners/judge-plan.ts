import { canonicalJson } from "../canonical-json.ts";
import { weightsSha256 } from "../digest.ts";
import { initialParameters } from "../model/parameters.ts";
import { specOf } from "../model/spec.ts";
import { planPrivacy } from "../privacy/planned-privacy.ts";
import { startName } from "../secure-aggregation/settings.ts";
import { fitOf } from "../task/tasks.ts";
import type { PartitionRecord, Plan } from "../workflow/plan-record.ts";
import { type Acceptance, acceptance } from "./acceptance.ts";
import { type Agreement, nameOf } from "./agreement.ts";
import { checkAcceptance } from "./check-acceptance.ts";
import { belowCohort } from "./cohort.ts";
import { beyondAgreed, ownersConfig, ownersDataset } from "./owners-dataset.ts";
import type { Refusal } from "./refusals.ts";
import { openSigned, type Signed } from "./signed.ts";
import { fitsShards, partitionOfOwners } from "./told-partition.ts";

/** A plan as it came to an owner, with the partition that it names; both by their seals, which have been checked. */
export interface PlanToJudge {
  readonly plan: Plan;
  readonly partition: PartitionRecord;
  /** Of the partition. */
  readonly partitionSeal: string;
}

/** What the owner knows by itself. */
export interface OwnSigning {
  readonly agreed: Agreement;
  /** By which it has signed its acceptance: nobody else can have. */
  readonly key: string;
  /** Of the data that it would train on; left out of a helper, which takes none. */
  readonly dataMac?: string | undefined;
}

/**
 * Whether a plan is what follows from the agreement and from what its owners have told: an owner makes it again, and takes
 * nothing of it on trust. undefined where it is.
 */
export async function judgePlan(
  { plan, partition, partitionSeal }: PlanToJudge,
  { agreed, key, dataMac }: OwnSigning,
): Promise<Refusal | undefined> {
  const differs = (about: string): Refusal => ({ name: "PlanDiffers", about: `plan: ${about}` });
  if (plan.partitionSeal !== partitionSeal) return differs("names another partition");
  const acceptances = await verified(agreed, partition);
  if (!Array.isArray(acceptances)) return acceptances;
  const own = acceptances.find((one) => one.key === key);
  if (!own)
    return { name: "AcceptanceInvalid", about: "partition: does not have what this owner has signed" };
  if (dataMac !== undefined && own.content.description.dataMac !== dataMac) {
    return { name: "DataChanged", about: "data: are not those that this owner has told of for this run" };
  }
  const cohort = belowCohort(agreed, acceptances.length);
  if (cohort !== undefined) return { name: "CohortTooSmall", about: `partition: ${cohort}` };
  const { shards } = partition;
  // a simulated client's examples are the coordinator's: by which bytes it trains on them is for its readers to check
  if (!fitsShards(agreed, acceptances.length, shards)) {
    return differs("its shards are not one of each simulated client");
  }
  const told = partitionOfOwners(agreed, acceptances, shards);
  const other = otherField(plan, planAgain(plan, agreed, acceptances, told));
  if (other !== undefined) return differs(`its ${other} does not follow from the agreement`);
  if (canonicalJson(told) !== canonicalJson(partition)) {
    return differs("its partition does not follow from what the owners have told");
  }
  const beyond = beyondAgreed(agreed, plan.config.federation);
  if (beyond !== undefined) return differs(beyond);
  const start = await weightsSha256(initialParameters(plan.model, agreed.config.seed, startName(plan)));
  if (plan.start?.weightsSha256 === start && plan.start.taken === null) return undefined;
  return { name: "ModelDiffers", about: "plan: begins with another model than the agreed seed draws" };
}

/** What is judged by itself: the start follows from the seed, and the partition is made again. */
const apart: readonly string[] = ["start", "partitionSeal", "partition"];

/** The first field, of all that either has, that is another one; undefined where none is. */
function otherField(plan: Plan, again: object): string | undefined {
  const [one, other] = [plan, again].map((fields) => new Map<string, unknown>(Object.entries(fields)));
  const names = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  return [...names].find(
    (name) => !apart.includes(name) && canonicalJson(one?.get(name)) !== canonicalJson(other?.get(name)),
  );
}

/** What of a plan follows from the agreement and the acceptances. */
function planAgain(
  { run, claim, startedBy, beside, config }: Plan,
  agreed: Agreement,
  acceptances: readonly Signed<Acceptance>[],
  told: PartitionRecord,
): Omit<Plan, "start" | "partitionSeal" | "partition"> {
  const { clients, scaling, shards, helpers } = told;
  const dataset = ownersDataset(agreed, acceptances);
  const fit = fitOf(config, dataset, told);
  const privacy = planPrivacy(
    config,
    clients.map(({ client }) => client),
  );
  return {
    // whoever started it, by whatever record, and what its model is to be compared with changes nothing of what an owner does
    ...{ run, claim, ...(startedBy && { startedBy }), ...(beside && { beside }) },
    agreement: nameOf(agreed),
    minimumCohort: agreed.minimumCohort,
    ...(helpers && { helpers }),
    config: ownersConfig(agreed, acceptances.length, config.federation),
    dataset,
    shards,
    scaling,
    model: specOf(config, dataset),
    ...(fit && { fit }),
    ...(privacy && { privacy }),
    clients: clients.map(({ client, place, train, heldOut, heldOutLabels }) => ({
      ...{ client, train, heldOut, heldOutLabels },
      ...(place && { place }),
    })),
    examiner: null,
    testSet: null,
    origins: [],
  };
}

/** The acceptances, each a member's and of this agreement, in the members' order. */
async function verified(
  agreed: Agreement,
  { acceptances = [] }: PartitionRecord,
): Promise<Signed<Acceptance>[] | Refusal> {
  const opened: Signed<Acceptance>[] = [];
  for (const [at, one] of acceptances.entries()) {
    try {
      const signed = await openSigned("acceptance", acceptance, one, `acceptance ${at}`);
      checkAcceptance(agreed, signed, `acceptance ${at}`);
      opened.push(signed);
    } catch (error) {
      return { name: "AcceptanceInvalid", about: error instanceof Error ? error.message : String(error) };
    }
  }
  const order = agreed.members.map(({ signingKey }) => signingKey);
  const seats = opened.map(({ key }) => order.indexOf(key));
  if (seats.every((seat, at) => at === 0 || seat > (seats[at - 1] ?? -1))) return opened;
  return {
    name: "AcceptanceInvalid",
    about: "partition: names an owner twice, or in another order than the members'",
  };
}
