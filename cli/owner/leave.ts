import { Command } from "commander";
import { openHome } from "../../owner/home.ts";
import { leaveFederation } from "../../owner/leave.ts";
import { outFile } from "../../owner/leaving.ts";
import type { Session } from "../session.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";

export function leaveCommand(session: Session): Command {
  return new Command("leave")
    .description("leave a federation: refuse its jobs, and ask for the deletion of what was sent")
    .argument("<federation>", "its name")
    .addOption(ownerOptions.out())
    .addOption(ownerOptions.home())
    .addHelpText("after", "\nExamples:\n  fedstep owner leave clinics --out leave.json")
    .action(async (federation: string, { home: folder, out }: OwnerOptions & { readonly out: string }) => {
      const opened = await openHome(folder);
      const left = await opened.storage.change(async () =>
        leaveFederation(await openHome(folder), federation, outFile(out), new Date()),
      );
      await opened.storage.untilNothingLeaves();
      session.print(
        [
          `${opened.owner.name} has left ${federation}: every job of it is refused from now on.`,
          `${out} is written. Send it to the coordinator, who takes you off the list and deletes the ${left} updates by it:`,
          "  fedstep federation add leave.json",
          "What stays: models that were made of them, which cannot forget what they learned, and what was told by agreements.",
        ].join("\n"),
      );
    });
}
