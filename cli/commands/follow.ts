import type { Command } from "commander";
import { runEndsWithCommand, runNotUnderWay } from "../../shared/errors.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { findResult } from "../../storage/result-objects.ts";
import { isQuiet, type OutputOptions, options } from "../options.ts";
import { conclude } from "../run/conclude.ts";
import { awaitRun } from "../run/execute.ts";
import { showProgress, silentProgress } from "../run/progress.ts";
import { readRecord } from "../run/read-record.ts";
import type { Session } from "../session.ts";
import { awsTarget } from "../targets/aws.ts";
import { commandFor } from "../targets/command-for.ts";
import { executionArn, lastExecution } from "../targets/execution.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";
import type { Target } from "../targets/target.ts";
import { ofOneRun } from "./of-one-run.ts";

interface FollowOptions extends TargetOptions, OutputOptions {}

export function followCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .addOption(options.quiet())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Ctrl-C only stops watching. A local run is watched by the command that started it and ends with that.

Examples:
  fedstep follow first --target aws
  fedstep follow first --target aws --json > result.json`,
    )
    .action((run: string, given: FollowOptions) => follow(session, run, given));
}

async function follow(session: Session, run: string, given: FollowOptions): Promise<void> {
  const quiet = isQuiet(given);
  const target = given.target === "aws" ? await awsTarget(given.stack) : undefined;
  const storage = target ?? (await openStorage(given));
  try {
    const record = await readRecord(storage, run);
    const watched = async (): Promise<Result> => {
      if (target === undefined) {
        throw runEndsWithCommand(
          `run ${run} has no result, and a local run is watched by the command that started it, with which it ends; ` +
            `${commandFor(storage, `show ${run}`)} tells how far it came, and ${commandFor(storage, `resume ${run}`)} goes on with one that was cut off`,
        );
      }
      const execution = await currentExecution(target, record);
      if (!quiet) session.say(`run ${run}: execution ${execution.name} is ${execution.status}`);
      const progress = quiet ? silentProgress : showProgress(record, target.deployment, session.stderr);
      return awaitRun(target, run, execution.arn, progress, session.signal);
    };
    // Step Functions forgets an execution ninety days after its end, and the bucket does not
    const result = (await findResult(storage.objects, run)) ?? (await watched());
    await conclude(session, storage, result, given);
  } finally {
    await storage.close();
  }
}

/** The last of a run's executions. @throws RunNotUnderWay where there is none */
async function currentExecution(target: Target, record: RunRecord) {
  const { name, status } = await lastExecution(target, record);
  if (status !== undefined) return { name, status, arn: executionArn(target, name) };
  const { run } = record;
  throw runNotUnderWay(
    `run ${run} has no execution that Step Functions remembers; ${commandFor(target, `resume ${run}`)} starts one`,
  );
}
