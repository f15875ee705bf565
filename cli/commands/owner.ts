import type { Command } from "commander";
import { acceptCommand } from "../owner/accept.ts";
import { agreementCommand } from "../owner/agreement.ts";
import { initCommand } from "../owner/init.ts";
import { leaveCommand } from "../owner/leave.ts";
import { logCommand, pauseCommand, resumeCommand } from "../owner/log.ts";
import { requestCommand } from "../owner/request.ts";
import { rotateCommand } from "../owner/rotate.ts";
import { runOwnerCommand } from "../owner/run.ts";
import { allowCommand, showRunCommand } from "../owner/show.ts";
import type { Session } from "../session.ts";

export function ownerCommand(command: Command, session: Session): Command {
  for (const one of [
    initCommand,
    requestCommand,
    agreementCommand,
    acceptCommand,
    runOwnerCommand,
    showRunCommand,
    allowCommand,
    logCommand,
    pauseCommand,
    resumeCommand,
    rotateCommand,
    leaveCommand,
  ]) {
    command.addCommand(one(session));
  }
  return command.addHelpText(
    "after",
    `
Examples:
  fedstep owner init --name "Seoul Clinic"
  fedstep owner request --federation clinics --data patients.csv --label outcome --out request.json
  fedstep owner accept agreement.json --data patients.csv --out acceptance.json
  fedstep owner run --data patients.csv`,
  );
}
