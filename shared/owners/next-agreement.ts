import { agreementInvalid } from "../errors.ts";
import { problemsOf } from "../problems-of.ts";
import { breaksWith, unfitForOwners, unfitHelpers } from "./agreed-config.ts";
import { type Agreement, agreement, agreementSha256, simulatedIn } from "./agreement.ts";
import { belowCohort } from "./cohort.ts";
import { falseDescription } from "./false-description.ts";
import type { MembersRecord } from "./members.ts";
import { unsignedRotations } from "./rotation.ts";

/** What the coordinator decides about a version. */
export type Terms = Pick<
  Agreement,
  "schema" | "config" | "minimumCohort" | "waitMinutes" | "door" | "bundles" | "simulated" | "helpers"
>;

/**
 * The version of a federation's agreement that comes next, with those who stand on the coordinator's list.
 * @throws AgreementInvalid naming everything that is wrong
 */
export async function nextAgreement(
  { federation, nextNumber, members }: MembersRecord,
  before: Agreement | undefined,
  terms: Terms,
): Promise<Agreement> {
  const version = (before?.version ?? 0) + 1;
  const next = agreement.safeParse({
    format: 1,
    federation,
    version,
    previous: before ? agreementSha256(before) : null,
    ...terms,
    members: members.map(({ number, name, signingKey, exchangeKey, replaces, account }) => ({
      ...{ number, name, signingKey, exchangeKey },
      ...(replaces && { replaces }),
      ...(account && { account }),
    })),
    nextNumber,
  });
  const called = `version ${version} of ${federation}`;
  if (!next.success) throw agreementInvalid(`${called}: ${problemsOf(next.error)}`);
  await checkAgreement(next.data, before, called);
  return next.data;
}

/**
 * Whether owners can have that agreement, and after the one before where that is known.
 * @throws AgreementInvalid naming everything that is wrong
 */
export async function checkAgreement(
  next: Agreement,
  before: Agreement | undefined,
  called: string,
): Promise<void> {
  const owners = next.members.length;
  const cohort = belowCohort(next, owners);
  const problems = [
    ...unfitForOwners(next.config, owners + simulatedIn(next).length),
    ...unfitHelpers(next),
    ...(cohort === undefined ? [] : [cohort]),
    ...simulatedIn(next).flatMap((one) => {
      const problem = falseDescription(next, one);
      return problem === undefined ? [] : [`${one.name} ${problem}`];
    }),
    ...(before ? breaksWith(before, agreementSha256(before), next) : []),
    ...(await unsignedRotations(next)),
  ];
  if (problems.length > 0) throw agreementInvalid(`${called}: ${problems.join("\n")}`);
}
