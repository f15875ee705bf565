import { Command } from "commander";
import { readAgreement } from "../../owner/accept.ts";
import { agreementText } from "../../owner/agreement-text.ts";
import type { Session } from "../session.ts";

export function agreementCommand(session: Session): Command {
  return new Command("agreement")
    .description("say what an agreement means: what leaves, to whom, how often, who could read what")
    .argument("<file>", "the agreement that the coordinator has sent")
    .option("--korean", "in Korean")
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep owner agreement agreement.json\n  fedstep owner agreement agreement.json --korean",
    )
    .action(async (file: string, { korean = false }: { readonly korean?: boolean }) => {
      session.print(agreementText(await readAgreement(file), korean ? "korean" : "english"));
    });
}
