import { join } from "node:path";
import { readAgreement } from "../../owner/accept.ts";
import { openHome } from "../../owner/home.ts";
import { readTold } from "../../owner/told.ts";
import { datasetInvalid, isNamed } from "../../shared/errors.ts";
import { agreedParameters } from "../../shared/owners/against-agreement.ts";
import { type Agreement, agreementSha256 } from "../../shared/owners/agreement.ts";
import { featuresOf } from "../../shared/owners/data-schema.ts";
import type { Description } from "../../shared/owners/description.ts";
import type { Session } from "../session.ts";
import { commandsOf, type RunCommand } from "./commands.ts";
import type { DemoHome } from "./home.ts";
import type { OwnerTable, OwnerTables } from "./tables.ts";

/** As a demonstration's federation is called. */
export const federation = "demo";

export interface Joined {
  readonly agreed: Agreement;
  /** What each owner has told by its acceptance, in the tables' order. */
  readonly told: readonly { readonly owner: string; readonly description: Description }[];
}

/**
 * From nothing to an agreement that all have signed, by the commands that owners and coordinator would give: what they hand
 * each other lies among the mail.
 * @param set assignments that the coordinator proposes
 * @throws DatasetInvalid with all that is wrong with all tables, and what the commands refuse
 */
export async function joinAll(
  session: Session,
  home: DemoHome,
  { tables, label, ids, drop }: OwnerTables,
  set: readonly string[],
): Promise<Joined> {
  const command = commandsOf(session);
  const asCoordinator = (name: string, ...args: string[]) =>
    command("federation", name, ...args, "--home", home.coordinator);
  const requests = await askAll(command, home, tables, [
    ...["--federation", federation, "--label", label, "--tell", "classes"],
    ...(ids.length > 0 ? ["--ids", ids.join(",")] : []),
    ...(drop.length > 0 ? ["--drop", drop.join(",")] : []),
  ]);
  for (const request of requests) await asCoordinator("add", request);
  const file = join(home.mail, "agreement.json");
  const assigned = set.flatMap((one) => ["--set", one]);
  await asCoordinator("propose", federation, ...assigned, "--out", file);
  const agreed = await readAgreement(file);
  const told: { owner: string; description: Description }[] = [];
  for (const { owner, file: data } of tables) {
    const acceptance = join(home.mail, `${owner}-acceptance.json`);
    const own = ["--home", home.ownerHome(owner)];
    await command("owner", "accept", file, "--data", data, "--out", acceptance, ...own);
    await asCoordinator("add", acceptance);
    const [last] = await readTold(await openHome(home.ownerHome(owner)));
    if (last) told.push({ owner, description: last.description });
  }
  return { agreed, told };
}

/** The owners' homes and requests; what their tables are refused for is told of all at once. */
async function askAll(
  command: RunCommand,
  home: DemoHome,
  tables: readonly OwnerTable[],
  asked: readonly string[],
): Promise<string[]> {
  const refused: string[] = [];
  const requests: string[] = [];
  for (const { owner, file } of tables) {
    const own = ["--home", home.ownerHome(owner)];
    const out = join(home.mail, `${owner}-request.json`);
    await command("owner", "init", "--name", owner, ...own);
    try {
      await command("owner", "request", ...asked, "--data", file, "--out", out, ...own);
      requests.push(out);
    } catch (error) {
      if (!isNamed(error, "DatasetInvalid")) throw error;
      refused.push(error.message);
    }
  }
  if (refused.length > 0) throw datasetInvalid(refused.join("\n"));
  return requests;
}

/** What an owner has agreed to, in two lines. */
export function agreedText({ agreed }: Joined, { owner, description }: Joined["told"][number]): string {
  const { train, heldOut, labels, moments } = description;
  const { rounds } = agreed.config.federation;
  const features = featuresOf(agreed.schema).length;
  const told = [
    `${train} rows to train with, ${heldOut} held out`,
    ...(moments ? [`sums of ${features} features`] : []),
    labels ? "how many of each class" : "not how many of each class",
  ];
  return [
    `${owner} signs version ${agreed.version} of ${agreed.federation} (${agreementSha256(agreed).slice(0, 16)}): ${rounds} rounds, ` +
      `each an update of ${agreedParameters(agreed)} numbers`,
    `${" ".repeat(owner.length)} and tells ${told.join(", ")}; no row leaves`,
  ].join("\n");
}
