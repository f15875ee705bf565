import { Command, InvalidArgumentError } from "commander";
import { openHome } from "../../owner/home.ts";
import { leavingAs, logAndWrite, outFile } from "../../owner/leaving.ts";
import { makeRequest, requestText } from "../../owner/request.ts";
import type { DeskRequest } from "../../shared/owners/desk.ts";
import { readNamed } from "../../tables/named-path.ts";
import type { Session } from "../session.ts";
import { names, type OwnerOptions, ownerOptions, refuseData, requireData } from "./owner-options.ts";
import { fileFromDesk } from "./owner-stack.ts";

interface RequestOptions extends OwnerOptions {
  readonly federation: string;
  readonly data?: string;
  readonly label: string;
  readonly ids: string[];
  readonly drop: string[];
  readonly features: string[];
  readonly tell: ("ranges" | "classes")[];
  readonly out: string;
}

export function requestCommand(session: Session): Command {
  return new Command("request")
    .description("write the file by which an owner asks to join: keys, and columns by type and role")
    .requiredOption("--federation <name>", "the federation to join")
    .addOption(ownerOptions.data().makeOptionMandatory(false))
    .requiredOption("--label <column>", "the column that is to be predicted")
    .option("--ids <columns>", "columns that tell rows apart: never read", names, [])
    .option("--drop <columns>", "columns that are left out: never read", names, [])
    .option(
      "--features <columns>",
      "columns that are no ids, though each row has another whole number",
      names,
      [],
    )
    .option("--tell <what>", "ranges, classes or both: values of rows leave by it", told, [])
    .addOption(ownerOptions.out())
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addHelpText(
      "after",
      `
What is written is shown first. No row leaves, and no count.

Examples:
  fedstep owner request --federation clinics --data patients.csv --label outcome --out request.json
  fedstep owner request --federation clinics --data patients.csv --label outcome --ids patient --drop note --tell classes --out request.json
  fedstep owner request --stack fedstep-owner --federation clinics --label outcome --out request.json`,
    )
    .action((given: RequestOptions) => request(session, given));
}

async function request(
  session: Session,
  { tell, home: folder, stack, out: file, data: table, ...choices }: RequestOptions,
): Promise<void> {
  if (stack !== undefined)
    return requestAtDesk(session, stack, { ask: "request", ...choices, tells: tell }, file, table);
  const data = requireData(table);
  const opened = await openHome(folder);
  const out = outFile(file);
  await opened.storage.change(async () => {
    const home = await openHome(folder);
    for (const note of home.log.notes) session.say(note);
    const made = await makeRequest(
      home,
      { ...choices, tells: tell },
      () => readNamed(data, "--data", session.signal),
      session.signal,
    );
    await out.assertWritable();
    for (const note of made.notes) session.say(note);
    const { text, leaving } = await leavingAs(out, made.request);
    session.print(`${requestText(made.request)}\n\n${text.trimEnd()}`);
    const event = { event: "asked to join", federation: choices.federation, ...leaving } as const;
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

function told(text: string): ("ranges" | "classes")[] {
  return names(text).map((name) => {
    if (name === "ranges" || name === "classes") return name;
    throw new InvalidArgumentError("takes ranges, classes or both, separated by a comma.");
  });
}
