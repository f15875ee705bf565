import { copyFile } from "node:fs/promises";
import { basename, join as pathTo } from "node:path";
import type { GivenStack } from "../../local/assembly/other-stacks.ts";
import { readAgreement } from "../../owner/accept.ts";
import { openHome } from "../../owner/home.ts";
import { homeFiles, writeHomeFile } from "../../owner/home-files.ts";
import { readPolicy } from "../../owner/policy.ts";
import { readTold, type ToldRecord } from "../../owner/told.ts";
import { agreedParameters } from "../../shared/owners/against-agreement.ts";
import { type Agreement, agreementSha256, simulatedIn } from "../../shared/owners/agreement.ts";
import type { Description } from "../../shared/owners/description.ts";
import { usualOwnerStack } from "../../shared/owners/stack-names.ts";
import { dataOfSchema } from "../../shared/schema/data-of-schema.ts";
import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { isRecomputable } from "../../shared/secure-aggregation/settings.ts";
import { makeFolder } from "../../system/make-folder.ts";
import { readAll } from "../../tables/read-all.ts";
import type { Session } from "../session.ts";
import { accountsFileIn, lookAtOwner, type People, whileDeployed } from "./accounts.ts";
import { commandsOf } from "./commands.ts";
import type { DemoHome } from "./home.ts";
import type { OwnerTable, OwnerTables } from "./tables.ts";

/** As a demonstration's federation is called. */
export const federation = "demo";

export interface Joined {
  readonly agreed: Agreement;
  /** What each owner has told by its acceptance, in the tables' order. */
  readonly told: readonly { readonly owner: string; readonly description: Description }[];
}

/** What owners and coordinator type, and what they look at. */
interface Parties {
  readonly coordinator: (name: string, ...args: string[]) => Promise<string>;
  readonly owner: (table: OwnerTable) => OwnerParty;
}

interface OwnerParty {
  /** A command about the owner's home, wherever that is. */
  readonly command: (name: string, ...args: string[]) => Promise<string>;
  /** Makes the home, or brings the table to it. */
  readonly begin: () => Promise<unknown>;
  /** How a command names the table. */
  readonly data: readonly string[];
  readonly told: () => Promise<readonly ToldRecord[]>;
}

function parties(session: Session, home: DemoHome, people: People): Parties {
  const command = commandsOf(session);
  const accounts = ["--accounts-file", accountsFileIn(home)];
  return {
    coordinator: (name, ...args) =>
      command("federation", name, ...args, ...accounts, "--home", home.coordinator),
    owner: (table) => {
      const { owner, file } = table;
      const own = people(table);
      const told = () => lookAtOwner(session, home, table, people, readTold);
      if (own) {
        const theirs = commandsOf(own.session);
        return {
          command: (name, ...args) => theirs("owner", name, ...args, "--stack", usualOwnerStack),
          begin: () => own.copyTable(file),
          data: [],
          told,
        };
      }
      const place = home.ownerHome(owner);
      return {
        command: (name, ...args) => command("owner", name, ...args, "--home", place),
        begin: () => command("owner", "init", "--name", owner, "--home", place),
        data: ["--data", file],
        told,
      };
    },
  };
}

/**
 * From nothing to an agreement that all have signed, by the commands that owners and coordinator would give: what they hand
 * each other lies among the mail.
 * @param set assignments that the coordinator proposes
 * @throws DatasetInvalid with all that is wrong with all tables, and what the commands refuse
 */
export function joinAll(
  session: Session,
  home: DemoHome,
  tables: OwnerTables,
  set: readonly string[],
  { stacks = [], masks = false }: Joining = {},
): Promise<Joined> {
  return whileDeployed(session, home, stacks, (people) =>
    join(parties(session, home, people), home, tables, set, masks),
  );
}

interface Joining {
  /** Of the owners in accounts of their own. */
  readonly stacks?: readonly GivenStack[];
  /** Whether the first three owners open the sums of masks. */
  readonly masks?: boolean;
}

async function join(
  { coordinator, owner: party }: Parties,
  home: DemoHome,
  { tables, simulated = [], label, ids, drop }: OwnerTables,
  set: readonly string[],
  masks: boolean,
): Promise<Joined> {
  const owners = tables.map((table) => ({ ...party(table), owner: table.owner }));
  const requests = await askAll(owners, home, [
    ...["--federation", federation, "--label", label, "--tell", "classes,categories"],
    ...(ids.length > 0 ? ["--ids", ids.join(",")] : []),
    ...(drop.length > 0 ? ["--drop", drop.join(",")] : []),
  ]);
  for (const request of requests) await coordinator("add", request);
  const file = pathTo(home.mail, "agreement.json");
  const assigned = set.flatMap((one) => ["--set", one]);
  const clients = await laidAside(home, simulated);
  const helpers = masks ? tables.slice(0, helperNumbers.length).map(({ owner }) => owner) : [];
  const named = masks ? ["--helpers", helpers.join(",")] : [];
  await coordinator("propose", federation, ...clients, ...named, ...assigned, "--out", file);
  const agreed = await readAgreement(file);
  for (const { owner } of masks ? owners : []) await trustHelpers(home.ownerHome(owner), helpers, agreed);
  const told: { owner: string; description: Description }[] = [];
  for (const { owner, command, data, told: tellings } of owners) {
    const acceptance = pathTo(home.mail, `${owner}-acceptance.json`);
    await command("accept", file, ...data, "--out", acceptance);
    await coordinator("add", acceptance);
    const [last] = await tellings();
    if (last) told.push({ owner, description: last.description });
  }
  return { agreed, told };
}

/** What an owner writes into its policy who trusts those that help, and nobody else where it need not. */
async function trustHelpers(
  place: string,
  helpers: readonly string[],
  { config }: Pick<Agreement, "config">,
): Promise<void> {
  const { storage } = await openHome(place);
  const { policy } = await readPolicy({ storage });
  const recompute = isRecomputable(config) ? "always" : "never";
  await writeHomeFile(storage, homeFiles.policy, { ...policy, helpers, recompute });
}

/** The coordinator's own tables in a folder of their own, and the option that names it; nothing where there are none. */
async function laidAside(home: DemoHome, tables: readonly OwnerTable[]): Promise<string[]> {
  if (tables.length === 0) return [];
  await makeFolder(home.clients);
  for (const { file } of tables) await copyFile(file, pathTo(home.clients, basename(file)));
  return ["--clients", home.clients];
}

/** The owners' homes and requests; what their tables are refused for is told of all at once. */
async function askAll(
  owners: readonly (OwnerParty & { readonly owner: string })[],
  home: DemoHome,
  asked: readonly string[],
): Promise<string[]> {
  return readAll(owners, async ({ owner, begin, command, data }) => {
    const out = pathTo(home.mail, `${owner}-request.json`);
    await begin();
    await command("request", ...asked, ...data, "--out", out);
    return out;
  });
}

/** Where an owner is that has an account. */
function isIn({ members }: Agreement, owner: string): string {
  const { account } = members.find(({ name }) => name === owner) ?? {};
  return account ? ` (account ${account.account})` : "";
}

/** What the coordinator trains itself, in a line each. */
export function simulatedText({ agreed }: Joined): string[] {
  return simulatedIn(agreed).map(
    ({ name, train, heldOut }) =>
      `${name} is the coordinator's own: ${train} rows to train with and ${heldOut} held out, in its bucket; no cohort counts it`,
  );
}

/** What an owner has agreed to, in two lines. */
export function agreedText({ agreed }: Joined, { owner, description }: Joined["told"][number]): string {
  const { train, heldOut, labels, moments } = description;
  const { rounds } = agreed.config.federation;
  const { features } = dataOfSchema(agreed.schema);
  const told = [
    `${train} rows to train with, ${heldOut} held out`,
    ...(moments ? [`sums of ${features} features`] : []),
    labels ? "how many of each class" : "not how many of each class",
  ];
  return [
    `${owner}${isIn(agreed, owner)} signs version ${agreed.version} of ${agreed.federation} (${agreementSha256(agreed).slice(0, 16)}): ${rounds} rounds, ` +
      `each an update of ${agreedParameters(agreed)} numbers`,
    `${" ".repeat(owner.length)} and tells ${told.join(", ")}; no row leaves`,
  ].join("\n");
}
