import { Command } from "commander";
import { allowRun } from "../../owner/allow.ts";
import { aloneText, readAlone } from "../../owner/alone.ts";
import { openHome } from "../../owner/home.ts";
import { modelFile } from "../../owner/kept-model.ts";
import { runOfOwner, runText } from "../../owner/run-text.ts";
import { options } from "../options.ts";
import { checkRunName } from "../run/name.ts";
import type { Session } from "../session.ts";
import { lookingAt } from "./looked-at.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";
import { askDesk } from "./owner-stack.ts";

export function showRunCommand(session: Session): Command {
  return new Command("show")
    .description("say of a run what came for it, what left, what was refused and why")
    .argument("<run>", "its name, such as clinics.first")
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addOption(options.json())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep owner show clinics.first\n  fedstep owner show clinics.first --json",
    )
    .action(async (name: string, { json = false, ...given }: OwnerOptions & { readonly json?: boolean }) => {
      const run = checkRunName(name);
      await lookingAt(session, given, async ({ storage, log }) => {
        const shown = runOfOwner(log.entries, run);
        const model = (await storage.exists(modelFile(run))) ? storage.named(modelFile(run)) : null;
        const alone = await readAlone({ storage }, run);
        if (json) return session.print(JSON.stringify({ ...shown, model, alone: alone ?? null }, null, 2));
        const lines = [
          runText(shown),
          ...(alone ? [aloneText(alone)] : []),
          model ? `newest model ${model}` : "no model has come",
        ];
        session.print(lines.join("\n"));
      });
    });
}

export function allowCommand(session: Session): Command {
  return new Command("allow")
    .description("let a run through that waits because the policy asks")
    .argument("<run>", "its name, such as clinics.first")
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep owner allow clinics.first\n  fedstep owner allow clinics.first --stack fedstep-owner",
    )
    .action(async (run: string, { home: folder, stack }: OwnerOptions) => {
      if (stack !== undefined) {
        const { said } = await askDesk(session, stack, { ask: "allow", run: checkRunName(run) });
        return session.print(said.join("\n"));
      }
      const opened = await openHome(folder);
      await opened.storage.change(async () => {
        const { plan } = await allowRun(await openHome(folder), run, new Date());
        session.print(`${run} is let through, by the plan ${plan}; another plan of that name asks anew`);
      });
    });
}
