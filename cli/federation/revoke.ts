import type { Command } from "commander";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { withRevoked } from "../../shared/owners/members.ts";
import { changeMembers } from "../../storage/federation-objects.ts";
import type { Session } from "../session.ts";
import {
  calledMember,
  checkFederationName,
  existing,
  type FederationOptions,
  inBucket,
  ofFederation,
} from "./opened.ts";

export function revokeCommand(session: Session): Command {
  return ofFederation("revoke", "end an owner's key that is lost: nothing that it signs counts any more")
    .argument("<federation>", "its name")
    .argument(
      "<owner>",
      "name of the owner, the beginning of its fingerprint, or all of one that is off the list",
    )
    .addHelpText("after", '\nExamples:\n  fedstep federation revoke clinics "Seoul Clinic"')
    .action(async (name: string, called: string, given: FederationOptions) => {
      const federation = checkFederationName(name);
      let fingerprint = "";
      await inBucket(given, "writes", (objects) =>
        changeMembers(objects, federation, (before) => {
          const list = existing(before, federation);
          const known = list.heard.find(({ key }) => fingerprintOf(key) === called)?.key;
          const key = known ?? calledMember(list, called).signingKey;
          fingerprint = fingerprintOf(key);
          return withRevoked(list, key);
        }),
      );
      session.print(
        [
          `The key ${fingerprint} is revoked in ${federation}: its owner is off the list, no file that it signs is taken in, and no`,
          "run that begins now counts what it has signed. A run that is on goes on with it: fedstep stop ends it.",
          `The agreement that there is still has it, until the others have accepted the next version: fedstep federation propose ${federation}.`,
          "The owner joins again by a home of new keys: fedstep owner init, fedstep owner request.",
        ].join("\n"),
      );
    });
}
