import { availableParallelism } from "node:os";
import type { GivenStack } from "../../local/assembly/other-stacks.ts";
import type { Decided } from "../../local/iam/access-control.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { executeRun } from "../run/execute.ts";
import { makeReport } from "../run/make-report.ts";
import { planFederation } from "../run/of-federation.ts";
import { showProgress, silentProgress } from "../run/progress.ts";
import { saveResult } from "../run/save.ts";
import { saveReport } from "../run/save-report.ts";
import type { Session } from "../session.ts";
import { localTarget } from "../targets/local.ts";
import { accountsSettingIn } from "./accounts.ts";
import type { DemoHome } from "./home.ts";
import { federation } from "./join.ts";
import { OwnerProcesses } from "./owner-processes.ts";
import type { OwnerTable } from "./tables.ts";

/** As the run of a demonstration is called. */
export const run = `${federation}.first`;

export interface Training {
  /** Without a view of the rounds. */
  readonly quiet: boolean;
  /** Of a further run under the same agreement. */
  readonly name?: string;
  /** Of owners in accounts of their own. */
  readonly stacks?: readonly GivenStack[];
  /** Told of every request to the coordinator's services. */
  readonly decided?: Decided;
}

/**
 * Runs the federation: the coordinator in this process, as fedstep run has it, and a process for each owner.
 * @returns the result, once it lies in the coordinator's home
 * @throws OwnerEnded where an owner's process dies, ExecutionFailed, RunInterrupted
 */
export async function trainAll(
  session: Session,
  home: DemoHome,
  tables: readonly OwnerTable[],
  { quiet, name = run, stacks = [], decided }: Training,
): Promise<Result> {
  const target = await localTarget({
    home: home.coordinator,
    tfjs: false,
    environments: availableParallelism(),
    say: quiet ? () => {} : session.say,
    signal: session.signal,
    decided,
    stacks,
    ...(stacks.length > 0 && { ownerAccounts: await accountsSettingIn(home) }),
  });
  const owners = new OwnerProcesses();
  try {
    const { config, dataset, owners: signed } = await planFederation(target.objects, federation, []);
    if (target.door === undefined) throw new RangeError("the local stack has no door");
    owners.start(
      tables.filter(({ account }) => account === undefined),
      home,
      target.door,
      session.env,
    );
    const order = { run: name, config, dataset, owners: signed };
    const started = () => (quiet ? silentProgress : showProgress(order, target.deployment, session.stderr));
    const stopped = AbortSignal.any([session.signal, owners.failed]);
    const result = await executeRun(target, order, started, stopped);
    await saveResult(home.coordinator, result, target.objects);
    await saveReport(home.coordinator, name, await makeReport(target.objects, result));
    await owners.end();
    return result;
  } catch (error) {
    // what an owner's end does to the run is not what has to be mended
    if (!session.signal.aborted) owners.failed.throwIfAborted();
    throw target.explained?.(error) ?? error;
  } finally {
    await owners.kill();
    await target.close();
  }
}
