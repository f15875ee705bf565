import { Command } from "commander";
import { openHome } from "../../owner/home.ts";
import { leaveFederation } from "../../owner/leave.ts";
import { type Outlet, outFile } from "../../owner/leaving.ts";
import type { Session } from "../session.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";
import { fileFromDesk } from "./owner-stack.ts";

export function leaveCommand(session: Session): Command {
  return new Command("leave")
    .description("leave a federation: refuse its jobs, and ask for the deletion of what was sent")
    .argument("<federation>", "its name")
    .addOption(ownerOptions.out())
    .addOption(ownerOptions.home())
    .addOption(ownerOptions.stack())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep owner leave clinics --out leave.json\n  fedstep owner leave clinics --stack fedstep-owner --out leave.json",
    )
    .action(
      async (federation: string, { home: folder, stack, out }: OwnerOptions & { readonly out: string }) => {
        if (stack !== undefined) return leaveByDesk(session, stack, federation, outFile(out), out);
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
      },
    );
}

/** Of an owner in an account, whose stack takes part in one federation. */
async function leaveByDesk(
  session: Session,
  stack: string,
  federation: string,
  out: Outlet,
  file: string,
): Promise<void> {
  await out.assertWritable();
  const { owner, text, said } = await fileFromDesk(session, stack, { ask: "leave", federation });
  await out.write(text);
  session.print(
    `${owner} ${said.join("\n")}.\n${file} is written. Send it to the coordinator:\n  fedstep federation add leave.json`,
  );
}
