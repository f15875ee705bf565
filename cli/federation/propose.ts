import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { assertWritable } from "../../owner/leaving.ts";
import { canonicalJson } from "../../shared/canonical-json.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { agreementInvalid, configInvalid } from "../../shared/errors.ts";
import { agreedSchema } from "../../shared/owners/agreed-schema.ts";
import { type Agreement, agreementSha256, simulatedIn } from "../../shared/owners/agreement.ts";
import type { MembersRecord } from "../../shared/owners/members.ts";
import { nextAgreement } from "../../shared/owners/next-agreement.ts";
import { checkFilled } from "../../shared/schema/check-filled.ts";
import { dataOfSchema } from "../../shared/schema/data-of-schema.ts";
import { unboundedColumns } from "../../shared/schema/encode.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";
import { checkTaskData } from "../../shared/task/tasks.ts";
import { visible } from "../../shared/visible.ts";
import { changeMembers, lastAgreement, putAgreement, readMembers } from "../../storage/federation-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readJsonFile } from "../../tables/json-file.ts";
import { readSchemaFile } from "../dataset/open-by-schema.ts";
import type { OwnerFile } from "../dataset/owner-files.ts";
import { names } from "../names.ts";
import { options, positiveInteger } from "../options.ts";
import { uploadDataset } from "../run/launch.ts";
import type { Session } from "../session.ts";
import { type AccountsOptions, accountsFileOption, openAccountsFile, tellAccounts } from "./accounts-file.ts";
import { checkFederationName, existing, inBucket, ofFederation } from "./opened.ts";
import { clientFiles, clientsAsBefore, readClients, withNumbers } from "./simulated.ts";
import { stackDoor } from "./stack-door.ts";
import { trainingFunction } from "./training-function.ts";

interface ProposeOptions extends AccountsOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly schema?: string;
  /** false: no simulated clients any more. */
  readonly clients?: string | false;
  /** false: none any more. */
  readonly helpers?: string[] | false;
  readonly cohort?: number;
  readonly wait?: number;
  readonly keepBundle?: boolean;
  readonly out: string;
}

/** Of a first version. */
const usual = { cohort: 3, waitMinutes: 10 } as const;

export function proposeCommand(session: Session): Command {
  return ofFederation(
    "propose",
    "make the next version of a federation's agreement, for its owners to accept",
  )
    .argument("<federation>", "its name")
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .option("--schema <file>", "JSON file: what every owner's table is like, where the requests do not agree")
    .option(
      "--clients <dir>",
      "folder with a CSV file for each client that you train yourself, beside the owners (default: as before)",
    )
    .option("--no-clients", "without such clients")
    .option(
      "--helpers <names>",
      "three members that open the sums of masks, of whom any two suffice (default: as before)",
      names,
    )
    .option("--no-helpers", "without helpers")
    .option(
      "--cohort <n>",
      `owners that a round takes at least (default: as before, or ${usual.cohort})`,
      positiveInteger,
    )
    .option(
      "--wait <minutes>",
      `minutes that a round waits for an owner (default: as before, or ${usual.waitMinutes})`,
      positiveInteger,
    )
    .option(
      "--keep-bundle",
      "list the digest of what trains in the version before too, until every owner has this release",
    )
    .addOption(accountsFileOption())
    .requiredOption("--out <file>", "what is written for the owners")
    .addHelpText(
      "after",
      `
What is not given is as in the version before. A new release of fedstep trains by another bundle: with --keep-bundle owners who
have not taken it yet go on by the one before. Clients of --clients are simulated: their tables go into your bucket, they sign
nothing, and no cohort counts them.

Examples:
  fedstep federation propose clinics --set federation.rounds=20 --out agreement.json
  fedstep federation propose clinics --schema schema.json --cohort 4 --out agreement.json --target aws`,
    )
    .action((name: string, given: ProposeOptions) => propose(session, name, given));
}

async function propose(session: Session, name: string, given: ProposeOptions): Promise<void> {
  const federation = checkFederationName(name);
  await assertWritable(given.out);
  const accounts = await openAccountsFile(given);
  const files = given.clients ? await clientFiles(given.clients) : [];
  const { agreed, list } = await inBucket(given, "writes", async (objects, outputs, storage) => {
    const known = existing(await readMembers(objects, federation), federation);
    const before = await lastAgreement(objects, federation);
    const schema = await schemaOf(known, before, given.schema, session.say);
    const asBefore = given.clients === undefined ? clientsAsBefore(before, schema) : undefined;
    const simulated = asBefore?.simulated.clients.length ?? files.length;
    const config = await configOf(known, { schema, before, simulated }, given);
    const { list, numbers } = await numbered(objects, known, before, files);
    const read = { federation, schema, config };
    const clients = files.length > 0 ? await readClients(files, numbers, read, session.signal) : asBefore;
    const next = await nextAgreement(list, before, {
      schema,
      config,
      ...(clients && { simulated: clients.simulated }),
      ...helpersOf(given, before),
      minimumCohort: given.cohort ?? before?.minimumCohort ?? Math.min(usual.cohort, list.members.length),
      waitMinutes: given.wait ?? before?.waitMinutes ?? usual.waitMinutes,
      door: stackDoor(outputs),
      bundles: bundlesOf((await trainingFunction(session, given.home)).bundle.sha256, before, given),
    });
    if (before && saysTheSame(before, next)) return { agreed: before, list };
    // first, since whoever reads the agreement finds what it names
    if (clients?.dataset) {
      const { say, signal } = session;
      await uploadDataset(storage, clients.dataset, { say, ...(signal && { signal }) });
    }
    await putAgreement(objects, next);
    return { agreed: next, list };
  });
  await writeFile(given.out, `${JSON.stringify(agreed, null, 2)}\n`);
  const asking = agreed.members.some(({ account }) => !account);
  if (agreed.door === null && given.target === "aws" && asking) {
    session.say(
      "the stack has no door, so that no owner without AWS can take part: npx cdk deploy -c door=true, and propose the next version",
    );
  }
  const without = withoutRange(agreed).map(visible);
  if (without.length > 0) {
    session.say(
      `no range is agreed upon for ${without.join(", ")}: the sums that owners tell of these are believed, and one owner's can make a ` +
        "column count for nothing; owners tell ranges by --tell ranges, or name them by --schema",
    );
  }
  session.print(
    `${given.out}: version ${agreed.version} of ${federation}, digest ${agreementSha256(agreed).slice(0, 16)}, among ` +
      `${agreed.members.map((one) => one.name).join(", ")}${besideThem(agreed)}.\nSend it to each of them, and take in what comes back:\n` +
      "  fedstep federation add acceptance.json",
  );
  await tellAccounts(session, accounts, list);
}

/** As before where nobody says otherwise. */
function helpersOf(
  { helpers }: Pick<ProposeOptions, "helpers">,
  before: Agreement | undefined,
): Pick<Agreement, "helpers"> {
  if (helpers === false) return {};
  const named = helpers ?? before?.helpers;
  return named ? { helpers: [...named] } : {};
}

/** The list, with numbers for the clients of the files that have none. */
async function numbered(
  objects: Objects,
  known: MembersRecord,
  before: Agreement | undefined,
  files: readonly OwnerFile[],
) {
  const names = files.map(({ owner }) => owner);
  const given = withNumbers(known, names, before);
  if (given.list.nextNumber === known.nextNumber) return given;
  let taken = given;
  await changeMembers(objects, known.federation, (now) => {
    taken = withNumbers(now ?? known, names, before);
    return taken.list;
  });
  return taken;
}

function besideThem(agreed: Agreement): string {
  const names = simulatedIn(agreed).map(({ name }) => name);
  return names.length > 0 ? `; beside them you train ${names.join(", ")}` : "";
}

/** What may train: this release's, which comes first, and where asked for the one of the version before. */
export function bundlesOf(
  current: string,
  before: Agreement | undefined,
  { keepBundle = false }: Pick<ProposeOptions, "keepBundle">,
): string[] {
  const earlier = keepBundle ? (before?.bundles ?? []).filter((one) => one !== current) : [];
  return [current, ...earlier.slice(0, 1)];
}

/** Who has lost the file proposes the same again, and makes no further version. */
function saysTheSame(before: Agreement, { version: _, previous: __, ...next }: Agreement): boolean {
  return (
    canonicalJson({ ...next, version: before.version, previous: before.previous }) === canonicalJson(before)
  );
}

/** Columns of numbers whose sums nothing bounds: by these features are scaled, and targets. */
function withoutRange({ config, schema }: Pick<Agreement, "config" | "schema">): string[] {
  const { name, task, range } = schema.label;
  const columns = config.dataset.scaling === "none" ? [] : unboundedColumns(schema);
  return [...columns, ...(task === "regression" && !range ? [name] : [])];
}

/** @throws AgreementInvalid where nobody has said what the tables are like */
async function schemaOf(
  { members }: MembersRecord,
  before: Agreement | undefined,
  file: string | undefined,
  say: (note: string) => void,
): Promise<TableSchema> {
  if (file !== undefined) return readSchemaFile(file, agreementInvalid);
  if (before) return before.schema;
  const found = agreedSchema(members);
  if ("schema" in found) {
    for (const note of found.notes) say(visible(note));
    return found.schema;
  }
  throw agreementInvalid(
    `--schema: takes a file that says what every owner's table is like, since the requests do not agree:\n${found.differences.join("\n")}`,
  );
}

/** As before where nothing else is given; owners have no pooled baseline. @throws ConfigInvalid */
async function configOf(
  { members }: MembersRecord,
  {
    schema,
    before,
    simulated,
  }: { readonly schema: TableSchema; readonly before: Agreement | undefined; readonly simulated: number },
  { preset, config, set }: Pick<ProposeOptions, "preset" | "config" | "set">,
): Promise<Config> {
  const data = dataOfSchema(schema);
  const resolved = resolveConfig({
    ...(preset === undefined && config === undefined ? { base: before?.config } : { preset }),
    file: config === undefined ? undefined : await readJsonFile(config, "--config: ", configInvalid),
    set: ["baseline.enabled=false", ...set],
    owners: members.length + simulated,
    classes: data.classes,
  });
  checkTaskData(resolved, { name: "the owners' data", ...data });
  checkFilled(resolved, schema);
  // what no run under it could be, nobody is asked to sign
  checkConfig(resolved, true);
  return resolved;
}
