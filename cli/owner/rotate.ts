import { Command } from "commander";
import { openHome } from "../../owner/home.ts";
import { outFile } from "../../owner/leaving.ts";
import { rotateKeys } from "../../owner/rotate.ts";
import type { Session } from "../session.ts";
import { type OwnerOptions, ownerOptions } from "./owner-options.ts";

export function rotateCommand(session: Session): Command {
  return new Command("rotate")
    .description("take new keys, signed by the old one, and write the file that tells a federation")
    .argument("<federation>", "its name")
    .addOption(ownerOptions.out())
    .addOption(ownerOptions.home())
    .addHelpText(
      "after",
      `
The old key goes on signing for a federation until the next version of its agreement, which has the new one, is accepted.
Where a key is lost or somebody else has it, this does not help: the coordinator revokes it (fedstep federation revoke).

Examples:
  fedstep owner rotate clinics --out rotation.json`,
    )
    .action(async (federation: string, { home: folder, out }: OwnerOptions & { readonly out: string }) => {
      const opened = await openHome(folder);
      const { before, now } = await opened.storage.change(async () =>
        rotateKeys(await openHome(folder), federation, outFile(out), new Date()),
      );
      session.print(
        [
          `${opened.owner.name} has new keys: back up the whole home.`,
          `Fingerprint: ${now}`,
          `before:      ${before}`,
          `Read both out to the coordinator and to the other members. ${out} is written. Send it to the coordinator, who takes it in`,
          `and proposes the next version, which you accept as ever:\n  fedstep federation add ${out}`,
        ].join("\n"),
      );
    });
}
