import type { Command } from "commander";
import { addCommand } from "../federation/add.ts";
import { inviteCommand } from "../federation/invite.ts";
import { membersCommand, removeMemberCommand, tagCommand } from "../federation/members.ts";
import { proposeCommand } from "../federation/propose.ts";
import { revokeCommand } from "../federation/revoke.ts";
import type { Session } from "../session.ts";

export function federationCommand(command: Command, session: Session): Command {
  for (const one of [
    inviteCommand,
    addCommand,
    membersCommand,
    removeMemberCommand,
    revokeCommand,
    tagCommand,
    proposeCommand,
  ]) {
    command.addCommand(one(session));
  }
  return command.addHelpText(
    "after",
    `
Examples:
  fedstep federation add request.json
  fedstep federation members clinics
  fedstep federation propose clinics --out agreement.json
  fedstep federation add acceptance.json`,
  );
}
