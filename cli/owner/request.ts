import { Command, InvalidArgumentError } from "commander";
import { openHome } from "../../owner/home.ts";
import { leavingAs, logAndWrite, outFile } from "../../owner/leaving.ts";
import { makeRequest, requestText } from "../../owner/request.ts";
import { ownerInvalid } from "../../shared/errors.ts";
import type { AskedOf, DeskRequest } from "../../shared/owners/desk.ts";
import { type Consent, consents } from "../../shared/owners/told-schema.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readSchemaFile } from "../dataset/open-by-schema.ts";
import { names } from "../names.ts";
import type { Session } from "../session.ts";
import { type OwnerOptions, ownerOptions, refuseData, requireData } from "./owner-options.ts";
import { fileFromDesk } from "./owner-stack.ts";

interface RequestOptions extends OwnerOptions {
  readonly federation: string;
  readonly data?: string;
  readonly label?: string;
  readonly schema?: string;
  readonly ids: string[];
  readonly drop: string[];
  readonly features: string[];
  readonly tell: Consent[];
  readonly out: string;
}

export function requestCommand(session: Session): Command {
  return new Command("request")
    .description("write the file by which an owner asks to join: keys, and columns by type and role")
    .requiredOption("--federation <name>", "the federation to join")
    .addOption(ownerOptions.data().makeOptionMandatory(false))
    .option("--label <column>", "the column that is to be predicted")
    .option(
      "--schema <file>",
      "in place of --label and what follows: what the table is like, as fedstep schema infer has written it and you have reviewed it",
    )
    .option("--ids <columns>", "columns that tell rows apart: never read", names, [])
    .option("--drop <columns>", "columns that are left out: never read", names, [])
    .option("--features <columns>", "columns that are no ids, though each row has another value", names, [])
    .option("--tell <what>", `${consents.join(", ")}: values of rows leave by it`, told, [])
    .addOption(ownerOptions.out())
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addHelpText(
      "after",
      `
What is written is shown first. No row leaves, and no count. Of a --schema its categories, classes and ranges leave as they stand in
it.

Examples:
  fedstep owner request --federation clinics --data patients.csv --label outcome --out request.json
  fedstep owner request --federation clinics --data patients.csv --label outcome --ids patient --drop note --tell classes --out request.json
  fedstep owner request --federation clinics --data patients.csv --schema schema.json --out request.json
  fedstep owner request --stack fedstep-owner --federation clinics --label outcome --out request.json`,
    )
    .action((given: RequestOptions) => request(session, given));
}

async function request(
  session: Session,
  { federation, home: folder, stack, out: file, data: table, ...given }: RequestOptions,
): Promise<void> {
  const of = await askedOf(given);
  if (stack !== undefined)
    return requestAtDesk(session, stack, { ask: "request", federation, of }, file, table);
  const data = requireData(table);
  const opened = await openHome(folder);
  const out = outFile(file);
  await opened.storage.change(async () => {
    const home = await openHome(folder);
    for (const note of home.log.notes) session.say(note);
    const made = await makeRequest(
      home,
      { federation, of },
      () => readNamed(data, "--data", session.signal),
      session.signal,
    );
    await out.assertWritable();
    for (const note of made.notes) session.say(note);
    const { text, leaving } = await leavingAs(out, made.request);
    session.print(`${requestText(made.request)}\n\n${text.trimEnd()}`);
    const event = { event: "asked to join", federation, ...leaving } as const;
    await logAndWrite(home, out, text, { event, at: new Date() });
    session.print(
      `\n${file} is written. Send it to the coordinator; what comes back is an agreement:\n  fedstep owner agreement FILE`,
    );
  });
}

async function requestAtDesk(
  session: Session,
  stack: string,
  asked: DeskRequest,
  file: string,
  data: string | undefined,
): Promise<void> {
  refuseData(data);
  const out = outFile(file);
  await out.assertWritable();
  const { text, said, notes } = await fileFromDesk(session, stack, asked);
  for (const note of notes) session.say(note);
  session.print(`${said.join("\n")}\n\n${text.trimEnd()}`);
  await out.write(text);
  session.print(
    `\n${file} is written. Send it to the coordinator; what comes back is an agreement:\n  fedstep owner agreement FILE`,
  );
}

type Given = Pick<RequestOptions, "label" | "schema" | "ids" | "drop" | "features" | "tell">;

/** @throws OwnerInvalid where the columns are said twice, or not at all */
async function askedOf({ label, schema, tell: tells, ...roles }: Given): Promise<AskedOf> {
  if (schema === undefined) {
    if (label !== undefined) return { label, ...roles, tells };
    throw ownerInvalid("--label: takes the column that is to be predicted; or give a --schema that says it");
  }
  const beside = Object.entries({ label: label === undefined ? [] : [label], tell: tells, ...roles });
  const said = beside.filter(([, names]) => names.length > 0).map(([option]) => `--${option}`);
  if (said.length === 0) return { schema: await readSchemaFile(schema, ownerInvalid) };
  throw ownerInvalid(
    `--schema: says all of the columns; leave ${said.join(", ")} out, or change it in ${schema}`,
  );
}

function told(text: string): Consent[] {
  return names(text).map((name) => {
    const consent = consents.find((one) => one === name);
    if (consent) return consent;
    throw new InvalidArgumentError(`takes some of ${consents.join(", ")}, separated by commas.`);
  });
}
