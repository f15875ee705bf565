import type { Command } from "commander";
import { checkDeployed, checkOwnersReached } from "../../cloud/deployment.ts";
import { waysTo } from "../../shared/owners/account.ts";
import { readAgreement } from "../../storage/agreement-objects.ts";
import { requireWebAssembly } from "../machine-limits.ts";
import { isQuiet, type OutputOptions, options } from "../options.ts";
import { conclude } from "../run/conclude.ts";
import { awaitRun } from "../run/execute.ts";
import { askingAtDoor, assertNoneRevoked } from "../run/of-federation.ts";
import { showProgress, silentProgress } from "../run/progress.ts";
import { readRecord } from "../run/read-record.ts";
import { resumeRun } from "../run/resume.ts";
import type { Session } from "../session.ts";
import { openStorage, openTarget, type TargetOptions } from "../targets/open.ts";
import { ofOneRun } from "./of-one-run.ts";

interface ResumeOptions extends TargetOptions, OutputOptions {
  readonly environments?: number;
  readonly port?: number;
}

export function resumeCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .addOption(options.environments())
    .addOption(options.port())
    .addOption(options.quiet())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
The finished run has the same bits as one that was never interrupted.

Examples:
  fedstep resume paper-20260131-184205
  fedstep resume first --target aws`,
    )
    .action((run: string, given: ResumeOptions) => resume(session, run, given));
}

async function resume(session: Session, run: string, given: ResumeOptions): Promise<void> {
  if (given.target === "local") requireWebAssembly();
  const quiet = isQuiet(given);
  const say = quiet ? () => {} : session.say;
  const record = await recordOf(run, given);
  const { config } = record;
  const tfjs = config.training.trainer === "tfjs";
  const target = await openTarget(given, {
    tfjs,
    environments: given.environments,
    port: given.port,
    say,
    signal: session.signal,
  });
  try {
    for (const note of target.notes) say(note);
    checkDeployed(config, target.deployment);
    const members = record.owners
      ? (await readAgreement(target.objects, record.owners.agreement)).members
      : [];
    if (record.owners) {
      checkOwnersReached(target.deployment, waysTo(members, record.owners.accepted));
      await assertNoneRevoked(target.objects, record.owners);
    }
    const { execution, rounds, epochs } = await resumeRun(target, record);
    const asking = askingAtDoor(members, record.dataset);
    if (asking.length > 0) {
      const door = target.door === undefined ? "" : `; door ${target.door}`;
      session.say(`the fedstep owner run of each of ${asking.join(", ")} has to be at work${door}`);
    }
    say(
      `run ${run} goes on after round ${rounds} of ${config.federation.rounds}` +
        `${config.baseline.enabled ? ` and epoch ${epochs} of ${config.baseline.epochs}` : ""}`,
    );
    const progress = quiet ? silentProgress : showProgress(record, target.deployment, session.stderr);
    const result = await awaitRun(target, run, execution, progress, session.signal);
    await conclude(session, target, result, given, record.owners && target.door);
  } catch (error) {
    throw target.explained?.(error) ?? error;
  } finally {
    await target.close();
  }
}

/** Asked before the endpoints start, since the configuration says which bundles they need. @throws RunNameInvalid, RunMissing */
async function recordOf(run: string, given: ResumeOptions) {
  const storage = await openStorage(given);
  try {
    return await readRecord(storage, run);
  } finally {
    await storage.close();
  }
}
