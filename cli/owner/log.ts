import { Command } from "commander";
import { openHome } from "../../owner/home.ts";
import { readRefusedAgain, refusedAgainText } from "../../owner/log-refusal.ts";
import { logText } from "../../owner/log-text.ts";
import { switchOwner } from "../../owner/switch.ts";
import { readTold } from "../../owner/told.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";
import { lookingAt } from "./looked-at.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";
import { askDesk } from "./owner-stack.ts";

export function logCommand(session: Session): Command {
  return new Command("log")
    .description("list everything that has left, and what else has happened")
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addOption(options.json())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep owner log\n  fedstep owner log --json\n  fedstep owner log --stack fedstep-owner",
    )
    .action(({ json = false, ...given }: OwnerOptions & { readonly json?: boolean }) =>
      lookingAt(session, given, async (home) => {
        await readTold(home);
        const { entries, head, notes } = home.log;
        for (const note of notes) session.say(note);
        const refusedAgain = await readRefusedAgain(home);
        if (json) return session.print(JSON.stringify({ entries, head, refusedAgain }, null, 2));
        session.print([logText(entries), ...refusedAgainText(refusedAgain), `head ${head}`].join("\n"));
      }),
    );
}

export function pauseCommand(session: Session): Command {
  return switchCommand(session, "pause", "refuse every job from now on, until fedstep owner resume");
}

export function resumeCommand(session: Session): Command {
  return switchCommand(session, "resume", "look at jobs again after fedstep owner pause");
}

function switchCommand(session: Session, name: "pause" | "resume", description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addHelpText(
      "after",
      `\nExamples:\n  fedstep owner ${name}\n  fedstep owner ${name} --stack fedstep-owner`,
    )
    .action(async ({ home, stack }: OwnerOptions) => {
      if (stack !== undefined) {
        const { owner, said } = await askDesk(session, stack, { ask: name });
        return session.print(`${owner}: ${said.join("\n")}`);
      }
      const { owner, storage } = await openHome(home);
      session.print(`${owner.name}: ${await switchOwner(storage, name, new Date())}`);
    });
}
