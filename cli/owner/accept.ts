import { Command } from "commander";
import {
  acceptanceText,
  giveAcceptance,
  prepareAcceptance,
  readAgreement,
  unscaledNote,
} from "../../owner/accept.ts";
import { openHome } from "../../owner/home.ts";
import { outFile } from "../../owner/leaving.ts";
import { readNamed } from "../../tables/named-path.ts";
import type { Session } from "../session.ts";
import { type OwnerOptions, ownerOptions, refuseData, requireData } from "./owner-options.ts";
import { fileFromDesk } from "./owner-stack.ts";

interface AcceptOptions extends OwnerOptions {
  readonly data?: string;
  readonly tellAgain?: boolean;
  readonly out: string;
}

export function acceptCommand(session: Session): Command {
  return new Command("accept")
    .description("hold an agreement against policy and data, and sign it")
    .argument(
      "<file...>",
      "the agreement; where versions were left out, the files of all since the one signed last",
    )
    .addOption(ownerOptions.data().makeOptionMandatory(false))
    .option(
      "--tell-again",
      "tell of other data than before: what differs between the two tellings is revealed",
    )
    .addOption(ownerOptions.out())
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep owner accept agreement.json --data patients.csv --out acceptance.json\n" +
        "  fedstep owner accept agreement.json --stack fedstep-owner --out acceptance.json",
    )
    .action((files: string[], given: AcceptOptions) => accept(session, files, given));
}

async function accept(session: Session, files: readonly string[], given: AcceptOptions): Promise<void> {
  const { home: folder, stack, out, tellAgain = false } = given;
  if (stack !== undefined) return acceptAtDesk(session, stack, files, given);
  const data = requireData(given.data);
  const { storage } = await openHome(folder);
  await storage.change(async () => {
    const home = await openHome(storage);
    const at = new Date();
    const { signal } = session;
    const versions = await Promise.all(files.map(readAgreement));
    const readTable = () => readNamed(data, "--data", signal);
    const prepared = await prepareAcceptance(home, { versions, readTable, tellAgain, at, signal });
    for (const note of home.log.notes) session.say(note);
    for (const note of [...prepared.notes, ...unscaledNote(prepared)]) session.say(note);
    session.print(`${home.owner.name} ${acceptanceText(prepared)}`);
    await giveAcceptance(home, prepared, outFile(out), at);
    session.print(`\n${out} is written. Send it to the coordinator.`);
  });
}

async function acceptAtDesk(
  session: Session,
  stack: string,
  files: readonly string[],
  { data, out: file, tellAgain = false }: AcceptOptions,
): Promise<void> {
  refuseData(data);
  const out = outFile(file);
  await out.assertWritable();
  const versions = await Promise.all(files.map(readAgreement));
  const { owner, text, said, notes } = await fileFromDesk(session, stack, {
    ask: "accept",
    versions,
    tellAgain,
  });
  for (const note of notes) session.say(note);
  session.print(`${owner} ${said.join("\n")}`);
  await out.write(text);
  session.print(`\n${file} is written. Send it to the coordinator.`);
}
