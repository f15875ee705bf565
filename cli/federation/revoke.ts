import type { Command } from "commander";
import { wholeLineOf } from "../../shared/owners/heard.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { withRevoked } from "../../shared/owners/members.ts";
import { changeMembers } from "../../storage/federation-objects.ts";
import type { Session } from "../session.ts";
import { type AccountsOptions, accountsFileOption, openAccountsFile, tellAccounts } from "./accounts-file.ts";
import { calledMember, checkFederationName, existing, inBucket, ofFederation } from "./opened.ts";
import { deleteUpdates, tellDeleted } from "./take-leave.ts";

type RevokeOptions = AccountsOptions & { readonly deleteUpdates?: boolean };

export function revokeCommand(session: Session): Command {
  return ofFederation("revoke", "end an owner's key that is lost: nothing that it signs counts any more")
    .argument("<federation>", "its name")
    .argument(
      "<owner>",
      "name of the owner, the beginning of its fingerprint, or all of one that is off the list",
    )
    .addOption(accountsFileOption())
    .option(
      "--delete-updates",
      "delete what it has sent too, as its owner's leave would: no other command does so once the key is revoked",
    )
    .addHelpText(
      "after",
      '\nExamples:\n  fedstep federation revoke clinics "Seoul Clinic"\n  fedstep federation revoke clinics "Seoul Clinic" --delete-updates',
    )
    .action(async (name: string, called: string, given: RevokeOptions) => {
      const federation = checkFederationName(name);
      let line: readonly string[] = [];
      const accounts = await openAccountsFile(given);
      const { deleted, left } = await inBucket(given, "writes", async (objects) => {
        const left = await changeMembers(objects, federation, (before) => {
          const list = existing(before, federation);
          const known = list.heard.find(({ key }) => fingerprintOf(key) === called)?.key;
          line = wholeLineOf(list.heard, known ?? calledMember(list, called).signingKey);
          return withRevoked(list, line[0] ?? "");
        });
        const deleted = given.deleteUpdates ? await deleteUpdates(objects, federation, line) : undefined;
        return { deleted, left };
      });
      const fingerprints = line.map((key) => fingerprintOf(key)).join(", which had replaced ");
      session.print(
        [
          ...(deleted ? [tellDeleted(session, deleted)] : []),
          `The key ${fingerprints} is revoked in ${federation}: its owner is off the list, no file that it signs is taken in, and no`,
          "run that begins now counts what it has signed. A run that is on goes on with it: fedstep stop ends it.",
          `The agreement that there is still has it, until the others have accepted the next version: fedstep federation propose ${federation}.`,
          "The owner joins again by a home of new keys: fedstep owner init, fedstep owner request.",
        ].join("\n"),
      );
      await tellAccounts(session, accounts, left);
    });
}
