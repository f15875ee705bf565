import type { Command } from "commander";
import { runAltered } from "../../shared/errors.ts";
import { options } from "../options.ts";
import { progressBar } from "../progress-bar.ts";
import { checkRunName } from "../run/name.ts";
import type { Session } from "../session.ts";
import { stackOutputsOf, storageOf, type TargetOptions } from "../targets/open.ts";
import { surroundingsIn, surroundingsOnAws } from "../verify/surroundings.ts";
import { verificationText } from "../verify/told.ts";
import { type Verification, verifyRun } from "../verify/verify-run.ts";
import { ofOneRun } from "./of-one-run.ts";

interface VerifyOptions extends TargetOptions {
  readonly baseline?: boolean;
  readonly json?: boolean;
}

export function verifyCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .option("--baseline", "train the baseline again too, which takes about as long as it took")
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Partition and plan must follow from the data set and the configuration, every model from the model before it and the
updates that its round was made of, figures from the models and the data set, result, models and report from the records
before them: bit for bit. At the end stands what was computed again, what was only compared by a digest, and what nothing
else tells. Updates expire, and their rounds are then checked by the chain of digests. Whoever could change every object
could also write a whole new history: keep the digest that this command prints elsewhere, and compare.

It ends with 1 where an object is not what it must be.

Examples:
  fedstep verify first
  fedstep verify first --baseline
  fedstep verify first --target aws --json`,
    )
    .action((run: string, given: VerifyOptions) => verify(session, run, given));
}

async function verify(session: Session, run: string, given: VerifyOptions): Promise<void> {
  checkRunName(run);
  const outputs = await stackOutputsOf(given);
  const storage = await storageOf(given, outputs);
  const format = "verifying {bar} {value} of {total}  {eta_formatted} left";
  // nothing of it is to stand before what was found
  const progress = progressBar(session.stderr, format, true);
  try {
    const { baseline = false } = given;
    const surroundings = outputs ? surroundingsOnAws(outputs, given.home) : surroundingsIn(given.home);
    const verification = await verifyRun(storage, run, surroundings, {
      baseline,
      told: (done, of) => progress.told(done, of),
    });
    progress.end();
    session.print(
      given.json ? JSON.stringify({ run, ...verification }, null, 2) : verificationText(run, verification),
    );
    assertSound(run, verification);
  } finally {
    progress.end();
    await storage.close();
  }
}

/** @throws RunAltered */
function assertSound(run: string, { findings }: Verification): void {
  const changed = new Set(findings.map(({ key }) => key)).size;
  if (changed > 0) throw runAltered(`run ${run}: ${changed} of its objects are not what they were`);
}
