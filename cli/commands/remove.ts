import type { Command } from "commander";
import { removalText } from "../../report/removal-text.ts";
import { runUnderWay } from "../../shared/errors.ts";
import { removalOf, removeRun } from "../run/remove.ts";
import type { Session } from "../session.ts";
import { awsTarget } from "../targets/aws.ts";
import { commandFor } from "../targets/command-for.ts";
import { lastExecution } from "../targets/execution.ts";
import { openStorage, openWritableStorage, type TargetOptions } from "../targets/open.ts";
import { ofOneRun } from "./of-one-run.ts";

interface RemoveOptions extends TargetOptions {
  readonly yes?: boolean;
  readonly withData?: boolean;
}

export function removeCommand(command: Command, session: Session): Command {
  return ofOneRun(command)
    .option("--with-data", "its data set and shards too, where no other run is on that data set")
    .option("--yes", "delete it; without, nothing is deleted")
    .addHelpText(
      "after",
      `
A run that is under way is not removed: stop it first. In a bucket that keeps versions (-c versioned=true), what is
deleted stays as an earlier version.

Examples:
  fedstep remove first
  fedstep remove first --yes
  fedstep remove first --with-data --yes --target aws`,
    )
    .action((run: string, given: RemoveOptions) => remove(session, run, given));
}

async function remove(
  session: Session,
  run: string,
  { yes = false, withData = false, ...given }: RemoveOptions,
): Promise<void> {
  const target = given.target === "aws" ? await awsTarget(given.stack) : undefined;
  const storage = target ?? (await (yes ? openWritableStorage : openStorage)(given));
  try {
    const removal = await removalOf(storage, run, withData);
    if (target && (await lastExecution(target, removal)).status === "RUNNING") {
      throw runUnderWay(`run ${run} is under way; ${commandFor(storage, `stop ${run}`)} stops it`);
    }
    const text = removalText(removal, withData);
    if (!yes) {
      const again = commandFor(storage, `remove ${run}${withData ? " --with-data" : ""} --yes`);
      return session.print(`${text}\n\nnothing is deleted yet; ${again} deletes it`);
    }
    await removeRun(storage.objects, removal, target ? undefined : given.home);
    session.print(`${text}\n\nall of it is deleted`);
  } finally {
    await storage.close();
  }
}
