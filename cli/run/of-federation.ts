import { plannedSize } from "../../cloud/cost/data-size.ts";
import { type Sizing, sizingOf } from "../../cloud/sizing.ts";
import { canonicalJson } from "../../shared/canonical-json.ts";
import { show } from "../../shared/config/explain.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { agreementInvalid, configInvalid, federationMissing } from "../../shared/errors.ts";
import { acceptanceSha256 } from "../../shared/owners/acceptance.ts";
import { type Agreement, nameOf, simulatedIn } from "../../shared/owners/agreement.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { memberBy } from "../../shared/owners/members.ts";
import { beyondAgreed, ownersConfig, ownersDataset } from "../../shared/owners/owners-dataset.ts";
import { partitionOfOwners } from "../../shared/owners/told-partition.ts";
import type { DatasetRecord, RunRecord } from "../../shared/workflow/run-record.ts";
import { readAcceptance } from "../../storage/agreement-objects.ts";
import { acceptedBy, lastAgreement, readMembers } from "../../storage/federation-objects.ts";
import type { Objects } from "../../storage/objects.ts";

/** What a run of a federation's owners is. */
export interface FederationRun {
  readonly agreed: Agreement;
  readonly config: Config;
  readonly dataset: DatasetRecord;
  readonly sizing: Sizing;
  readonly owners: NonNullable<RunRecord["owners"]>;
  /** Members that the run goes without, since they have not signed the agreement, or are off the list since. */
  readonly without: readonly string[];
}

/**
 * A run under the newest agreement of a federation, for those who have signed it.
 * @param set assignments of the command line, of which only rounds and budget may differ from what was agreed upon
 * @throws FederationMissing, AgreementInvalid where too few have signed, ConfigInvalid
 */
export async function planFederation(
  objects: Objects,
  federation: string,
  set: readonly string[],
): Promise<FederationRun> {
  const agreed = await agreementToRun(objects, federation);
  const { members, signed, gone } = await signersOf(objects, agreed);
  const accepted = await Promise.all(
    members.flatMap(({ fingerprint }) =>
      signed.has(fingerprint) ? [readAcceptance(objects, agreed, fingerprint)] : [],
    ),
  );
  const without = members
    .filter(({ fingerprint }) => !signed.has(fingerprint))
    .map((one) => (gone.includes(one) ? `${one.name} (off the list)` : one.name));
  if (accepted.length < agreed.minimumCohort) {
    throw agreementInvalid(
      `--federation: ${accepted.length} of the ${members.length} members of ${federation} have signed version ` +
        `${agreed.version}, and a run takes ${agreed.minimumCohort}; still to sign: ${without.join(", ")}`,
    );
  }
  const config = configUnder(agreed, accepted.length, set);
  const dataset = ownersDataset(agreed, accepted);
  const { clients } = partitionOfOwners(agreed, accepted);
  const named = nameOf(agreed);
  // no function of the stack reads what owners have
  const here = clients.filter(({ place }) => !place);
  const data = plannedSize({ config, dataset, clients, examiner: null, agreement: named }, 1);
  return {
    agreed,
    config,
    dataset,
    sizing: sizingOf(config, data, { clients: here, testSet: 0 }),
    owners: {
      agreement: named,
      accepted: accepted.map((one) => ({
        fingerprint: fingerprintOf(one.key),
        sha256: acceptanceSha256(one),
      })),
    },
    without,
  };
}

/** The members of an agreement, fingerprints of those whose signatures count, and who is off the list meanwhile. */
export async function signersOf(objects: Objects, { federation, version, members: agreed }: Agreement) {
  const signed = new Set(await acceptedBy(objects, federation, version));
  const list = await readMembers(objects, federation);
  const members = agreed.map((member) => ({ ...member, fingerprint: fingerprintOf(member.signingKey) }));
  // what whoever has left, was removed or revoked has signed counts no more, even if it has joined anew, as another number
  const gone = members.filter(
    ({ signingKey, number }) => list && memberBy(list, signingKey)?.number !== number,
  );
  for (const { fingerprint } of gone) signed.delete(fingerprint);
  return { members, signed, gone };
}

/**
 * A run that goes on asks the owners that it began with, by the keys that they had then.
 * @throws AgreementInvalid where one of these keys is revoked since
 */
export async function assertNoneRevoked(
  objects: Objects,
  { agreement, accepted }: NonNullable<RunRecord["owners"]>,
): Promise<void> {
  const heard = (await readMembers(objects, agreement.federation))?.heard ?? [];
  const revoked = heard
    .filter((one) => one.revoked)
    .map(({ key }) => fingerprintOf(key))
    .filter((fingerprint) => accepted.some((one) => one.fingerprint === fingerprint));
  if (revoked.length === 0) return;
  throw agreementInvalid(
    `the run would ask by ${revoked.map((one) => one.slice(0, 16)).join(", ")} again, which ${agreement.federation} has revoked since: start ` +
      `another one, which goes without: fedstep run --federation ${agreement.federation}`,
  );
}

/** The newest agreement of a federation. @throws FederationMissing */
export async function agreementToRun(objects: Objects, federation: string): Promise<Agreement> {
  const agreed = await lastAgreement(objects, federation);
  if (agreed) return agreed;
  throw federationMissing(
    `--federation: there is no agreement of ${federation}; fedstep federation propose ${federation} makes the first`,
  );
}

/**
 * The configuration of a run under an agreement, with what of it is the coordinator's to set.
 * @param owners who take part
 * @throws ConfigInvalid naming what was agreed upon otherwise
 */
export function configUnder(agreed: Agreement, owners: number, set: readonly string[]): Config {
  const asked = resolveConfig({ base: ownersConfig(agreed, owners), set });
  const beyond = beyondAgreed(agreed, asked.federation);
  if (beyond !== undefined) {
    throw configInvalid(
      `federation.rounds, federation.budget: the run ${beyond}; take at most as many, or propose the next version`,
    );
  }
  const config = ownersConfig(agreed, owners, asked.federation);
  const other = otherField(asked, config);
  if (other === undefined) return config;
  throw configInvalid(
    `${other}: is another one than was agreed upon, and a run of ${agreed.federation} may differ in federation.rounds and federation.budget alone; ` +
      `fedstep federation propose ${agreed.federation} makes the next version`,
  );
}

/** The first field, by its path, in which one object differs from another. */
function otherField(asked: object, agreed: object): string | undefined {
  for (const [name, value] of Object.entries(asked)) {
    const expected: unknown = Reflect.get(agreed, name);
    if (canonicalJson(value) === canonicalJson(expected)) continue;
    const both = [value, expected].every(
      (one) => typeof one === "object" && one !== null && !Array.isArray(one),
    );
    const within = both ? otherField(value, Object(expected)) : undefined;
    return within === undefined ? `${name}=${show(value)}` : `${name}.${within}`;
  }
  return undefined;
}

/** FEDERATION.RUN: its members may read what lies below that. @param name with the federation's or without */
export function federationRunName(federation: string, name: string | undefined, now: Date): string {
  const begins = `${federation}.`;
  if (name !== undefined) return name.startsWith(begins) ? name : `${begins}${name}`;
  const [date = "", time = ""] = now.toISOString().split(/[T.]/);
  return `${begins}${date.replaceAll("-", "")}-${time.replaceAll(":", "")}`;
}

/** What whoever starts such a run has to know, one line each. @param door where owners ask; undefined where none is known */
export function federationNotes(
  { agreed, dataset, without }: FederationRun,
  door: string | undefined,
): string[] {
  const { federation, version, waitMinutes, members } = agreed;
  const names = dataset.owners ?? [];
  const asking = askingAtDoor(members, dataset);
  const simulated = simulatedIn(agreed).map(({ name }) => name);
  const invoked = names.filter((name) => !asking.includes(name) && !simulated.includes(name));
  const who =
    invoked.length === 0 ? "each owner's fedstep owner run" : `the fedstep owner run of ${asking.join(", ")}`;
  return [
    `federation ${federation}, version ${version} of its agreement: ${names.join(", ")} take part`,
    ...(simulated.length === 0
      ? []
      : [`trained from your bucket, and in no cohort: ${simulated.join(", ")}`]),
    ...(without.length > 0 ? [`note: not yet signed, and left out: ${without.join(", ")}`] : []),
    ...(asking.length === 0
      ? []
      : [`${who} has to be at work: a round waits ${waitMinutes} minutes for who does not answer`]),
    ...(invoked.length === 0 ? [] : [`invoked in accounts of their own: ${invoked.join(", ")}`]),
    ...(door === undefined || asking.length === 0 ? [] : [`door ${door}`]),
  ];
}

/** Names of a run's owners who ask for their jobs themselves. */
export function askingAtDoor(
  members: Agreement["members"],
  { owners = [] }: Pick<DatasetRecord, "owners">,
): string[] {
  return owners.filter((name) => members.some((one) => one.name === name && !one.account));
}
