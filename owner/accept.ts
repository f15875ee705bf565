import type { Examples } from "../shared/dataset/examples.ts";
import { agreementInvalid, datasetInvalid, policyForbids } from "../shared/errors.ts";
import type { Acceptance } from "../shared/owners/acceptance.ts";
import { againstAgreement } from "../shared/owners/against-agreement.ts";
import { type Agreement, agreement, nameOf } from "../shared/owners/agreement.ts";
import type { ToldExamples } from "../shared/owners/description.ts";
import { signedOf } from "../shared/owners/log-entry.ts";
import { membershipChanges } from "../shared/owners/membership-changes.ts";
import { agreedBeyondBudget, chargesIn } from "../shared/owners/privacy-ledger.ts";
import { type Signed, sign } from "../shared/owners/signed.ts";
import { problemsOf } from "../shared/problems-of.ts";
import { dataOfSchema } from "../shared/schema/data-of-schema.ts";
import { unboundedColumns } from "../shared/schema/encode.ts";
import { featureColumns, type TableSchema } from "../shared/schema/table-schema.ts";
import { firstWrongTarget } from "../shared/task/tasks.ts";
import { visible } from "../shared/visible.ts";
import { readJsonFile } from "../tables/json-file.ts";
import type { NamedBytes } from "../tables/pieces.ts";
import { readTableBySchema } from "../tables/table-by-schema.ts";
import { followAgreements, highestAccepted, keepAccepted, keysIn, ownSeat } from "./accepted.ts";
import { describeExamples } from "./describe.ts";
import type { OwnerHome } from "./home.ts";
import { leavingAs, logAndWrite, type Outlet } from "./leaving.ts";
import { readPolicy } from "./policy.ts";
import { forgetKeysBefore } from "./rotate.ts";
import { assertSameData, readTold, repeated, writeTold } from "./told.ts";

export interface Accepting {
  /** The version that is accepted, and those between it and the one accepted before. */
  readonly versions: readonly Agreement[];
  readonly readTable: () => Promise<NamedBytes>;
  readonly tellAgain: boolean;
  readonly at: Date;
  readonly signal?: AbortSignal | undefined;
}

/** An acceptance that is signed, and has not left. */
export interface Prepared {
  readonly agreed: Agreement;
  readonly acceptance: Signed<Acceptance>;
  /** Members and keys that are others than in the version signed before. */
  readonly changes: readonly string[];
  /** How the table was read, where its owner should know. */
  readonly notes: readonly string[];
}

/**
 * Holds an agreement against what was signed before, against the policy and against the data, and signs it.
 * @throws AgreementInvalid, PolicyForbids, DatasetInvalid with all that is wrong with the data, DataChanged, LogBroken
 */
export async function prepareAcceptance(home: OwnerHome, given: Accepting): Promise<Prepared> {
  const told = await readTold(home);
  const { versions } = given;
  const before = versions[0] && (await highestAccepted(home, versions[0].federation));
  const agreed = await followAgreements(home, versions);
  const seat = ownSeat(home, agreed);
  const keys = keysIn(home, agreed);
  const changes = before ? membershipChanges(before, agreed) : [];
  const { policy, sha256: policySha256 } = await readPolicy(home);
  const { examples, notes } = await readTableBySchema(await given.readTable(), agreed.schema, {
    signal: given.signal,
  });
  checkTargets(examples, agreed);
  const now = describeExamples(examples, agreed, seat, policy, await home.keys.macOf(examples));
  const refusal = againstAgreement({
    policy,
    agreement: agreed,
    description: now,
    key: keys.key,
    today: home.log.time(given.at).toISOString().slice(0, 10),
  });
  if (refusal) throw policyForbids(`policy.json: ${refusal.about} (${refusal.name})`);
  const unaffordable = agreedBeyondBudget(policy, agreed, chargesIn(signedOf(home.log.entries)));
  if (unaffordable) throw policyForbids(`policy.json: ${unaffordable} (PrivacyBudgetSpent)`);
  const named = nameOf(agreed);
  if (!given.tellAgain) {
    const { dataMac } = now;
    assertSameData(told, home.log.entries, named, { dataMac, number: seat.number });
  }
  const description = repeated(told, named, now);
  const content = { agreement: named, name: home.owner.name, policySha256, description };
  return { agreed, acceptance: await sign("acceptance", content, keys), changes, notes };
}

/** Whether the agreed task can be had of the targets that are there. @throws DatasetInvalid */
function checkTargets({ y }: Examples, { config, schema }: Agreement): void {
  const found = firstWrongTarget(config, dataOfSchema(schema), y);
  if (found) throw datasetInvalid(`--data: row ${found.at + 1}: ${found.wrong}`);
}

/** Logs the acceptance, keeps what is told by it, and writes it to a file. @throws OwnerInvalid */
export async function giveAcceptance(
  home: OwnerHome,
  { agreed, acceptance }: Prepared,
  out: Outlet,
  at: Date,
): Promise<void> {
  await out.assertWritable();
  const { agreement, description } = acceptance.content;
  const { text, leaving } = await leavingAs(out, acceptance);
  const event = { event: "agreed", agreement, ...leaving, dataMac: description.dataMac } as const;
  await logAndWrite(home, out, text, { event, at }, async (entry) => {
    const { number } = ownSeat(home, agreed);
    await writeTold(home, agreement, { description, number }, entry);
    await keepAccepted(home, agreed);
    await forgetKeysBefore(home);
  });
}

/** @throws AgreementInvalid naming the file */
export async function readAgreement(file: string): Promise<Agreement> {
  const parsed = agreement.safeParse(await readJsonFile(file, "", agreementInvalid));
  if (parsed.success) return parsed.data;
  throw agreementInvalid(`${file} is no agreement: ${problemsOf(parsed.error)}`);
}

/** What is about to be told, in sentences. */
export function acceptanceText({ agreed, acceptance, changes }: Prepared): string {
  const { train, heldOut, labels, moments, targets } = acceptance.content.description;
  const { label } = agreed.schema;
  const { classes } = label;
  return [
    ...changes,
    `accepts version ${agreed.version} of ${agreed.federation}, and tells the coordinator:`,
    `- that it trains with ${train} examples and holds out ${heldOut}`,
    ...(classes ? [labelsText(classes, labels)] : []),
    moments
      ? `- the sum and the sum of squares of each of ${moments.sums.length} features, over what it trains with${indicatorsText(agreed.schema)}`
      : "- no sums of its features (policy.json: tells.moments)",
    ...(targets ? [`- the sum and the sum of squares of ${visible(label.name)}, over the same`] : []),
    ...(targets === null ? [`- no sums of ${visible(label.name)} (policy.json: tells.moments)`] : []),
    "- a code by which the same data are known again, and the digest of its policy",
  ].join("\n");
}

function labelsText(classes: readonly string[], labels: ToldExamples["labels"]): string {
  if (!labels) return "- not how many of each class it has (policy.json: tells.labelCounts)";
  const counts = classes.map((name, at) => `${visible(name)} ${labels.all[at]} (${labels.heldOut[at]})`);
  return `- how many of each class it has, of which held out: ${counts.join(", ")}`;
}

/** That sums of features of zeros and ones are counts of rows. */
function indicatorsText(schema: TableSchema): string {
  const columns = featureColumns(schema);
  const [categories, gaps] = [
    columns.filter(({ type }) => type === "category"),
    columns.filter(({ missing }) => missing !== undefined),
  ].map((some) => some.map(({ name }) => visible(name)).join(", "));
  const counts = [
    ...(categories ? [`how many rows have which ${categories}`] : []),
    ...(gaps ? [`how many have no ${gaps}`] : []),
  ];
  return counts.length > 0 ? `: by these also ${counts.join(", and ")}` : "";
}

/** That features cannot be scaled where sums are kept back and no range was agreed upon; nothing where all can. */
export function unscaledNote({ agreed, acceptance }: Prepared): string[] {
  if (acceptance.content.description.moments || agreed.config.dataset.scaling === "none") return [];
  const missing = unboundedColumns(agreed.schema).map(visible);
  if (missing.length === 0) return [];
  return [
    `the policy keeps sums back, and no range is agreed upon for ${missing.join(", ")}: these are not scaled alike; ` +
      "ask for ranges in the schema, or allow tells.moments",
  ];
}
