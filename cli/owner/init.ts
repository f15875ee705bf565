import { Command } from "commander";
import { makeHome } from "../../owner/home.ts";
import { homeFiles } from "../../owner/home-files.ts";
import type { Session } from "../session.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";

export function initCommand(session: Session): Command {
  return new Command("init")
    .description("make an owner's home: keys, a policy, a log")
    .requiredOption("--name <name>", "what the owner is called in federations")
    .addOption(ownerOptions.home())
    .addHelpText("after", '\nExamples:\n  fedstep owner init --name "Seoul Clinic"')
    .action(async ({ name, home }: OwnerOptions & { readonly name: string }) => {
      const made = await makeHome(home, name, new Date());
      session.print(
        [
          `${made.owner.name} has a home now, ${made.place}: nobody else may look into it; back it up as a whole.`,
          `Fingerprint: ${made.fingerprint}`,
          "Read it out to the coordinator and to the other members: by it they know what is yours.",
          "",
          `Next: look at ${made.storage.named(homeFiles.policy)}, which says what may ever leave, and ask to join:`,
          "  fedstep owner request --federation NAME --data FILE --label COLUMN --out request.json",
        ].join("\n"),
      );
    });
}
