import type { Command } from "commander";
import { runAltered } from "../../shared/errors.ts";
import { options } from "../options.ts";
import { checkRunName } from "../run/name.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../target/open.ts";
import { type Verification, verifyRun } from "../verify/verify-run.ts";
import { ofOneRun } from "./of-one-run.ts";

export function verifyCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Every model must follow, bit for bit, from the model before it and the updates that its round was made of. Rounds whose
updates have expired are checked by their digests alone. Whoever could change every object could also write a whole new
history: keep the digest that this command prints elsewhere, and compare.

Examples:
  fedstep verify first
  fedstep verify first --target aws --json`,
    )
    .action((run: string, given: TargetOptions & { json?: boolean }) => verify(session, run, given));
}

async function verify(
  session: Session,
  run: string,
  given: TargetOptions & { json?: boolean },
): Promise<void> {
  checkRunName(run);
  const storage = await openStorage(given);
  try {
    const verification = await verifyRun(storage, run);
    session.print(given.json ? JSON.stringify({ run, ...verification }, null, 2) : told(run, verification));
    const { findings } = verification;
    if (findings.length === 0) return;
    throw runAltered(`run ${run}: ${findings.length} of its objects are not what they were`);
  } finally {
    await storage.close();
  }
}

function told(run: string, { rounds, replayed, findings, chainSha256 }: Verification): string {
  const lines = findings.map(({ key, problem }) => `${key}: ${problem}`);
  const unseen = rounds - replayed;
  return [
    ...lines,
    `run ${run}: ${rounds} rounds checked, ${replayed} computed again from their updates` +
      (unseen > 0 && findings.length === 0
        ? `, ${unseen} by their digests since their updates are gone`
        : ""),
    ...(findings.length === 0 ? ["every object is what the others say of it"] : []),
    ...(chainSha256 === undefined ? [] : [`chain sha256 ${chainSha256}`]),
  ].join("\n");
}
