import type * as z from "zod";
import { allowanceOf } from "../../cloud/allowance.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { footprints } from "../../functions/footprints.ts";
import { checkpointEpoch, checkpointsOf, keys } from "../../shared/layout.ts";
import { resumedRound } from "../../shared/rounds/resumed-round.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import { weightsAfter } from "../../shared/workflow/chain.ts";
import type { prepareRunOutput } from "../../shared/workflow/payloads.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { addUsage, noUsage } from "../../shared/workflow/usage.ts";
import { assertSameArithmetic, thisWriter, writerName } from "../../shared/workflow/writer.ts";
import { readOwnersWait } from "../../storage/agreement-objects.ts";
import { findLastEpoch, usageAtCheckpoint } from "../../storage/baseline-objects.ts";
import { chainedEpochs, chainedRounds } from "../../storage/chained-records.ts";
import type { Objects } from "../../storage/objects.ts";
import { assertNothingHalfMade } from "./half-made.ts";

export interface ResumedState {
  /** Rounds that are complete. */
  readonly rounds: number;
  readonly state: z.output<typeof prepareRunOutput>;
}

/**
 * What PrepareRun, and the executions before, would hand on to a further execution of the run; undefined where there is
 * no start yet. The time between executions is nobody's work.
 * @throws ArithmeticDiffers, RecordsUnknown where an older version was cut off in a round, or ObjectInvalid where records were
 * damaged or do not follow from each other
 */
export async function resumedState(
  objects: Objects,
  deployment: Deployment,
  run: string,
  execution: number,
): Promise<ResumedState | undefined> {
  const planned = await objects.findSealed(keys.plan(run), planRecord);
  // the start is written last of what PrepareRun leaves
  if (!planned || !(await objects.exists(keys.global(run, 0)))) return undefined;
  const { record: plan, seal, writer } = planned;
  assertSameArithmetic(run, writer);
  // metrics are written last, so that where they stand all of the round does
  const { records: completed, chainSha256 } = await chainedRounds(objects, plan, seal);
  const own = completed.slice(takenRounds(plan));
  const now = Date.now();
  const spent = own.reduce((sum, { seconds }) => sum + seconds, 0);
  const { enabled, epochs } = plan.config.baseline;
  const checkpoints = (await objects.list(checkpointsOf(run))).map(checkpointEpoch);
  const last = enabled ? await findLastEpoch(objects, plan, Math.max(0, ...checkpoints)) : undefined;
  // an attempt that was cut off may have come further than the one that ended the baseline
  const epoch = Math.max(0, ...checkpoints.filter((one) => !last || one <= last.epoch));
  const trained = await chainedEpochs(objects, plan, seal, { count: epoch });
  // before format 4 how each client fares stands in the last epoch's record
  const told = last?.epoch === epoch || trained.records.at(-1)?.clients !== undefined;
  const done = !enabled || epoch >= epochs || told;
  const next = resumedRound(plan, allowanceOf(plan, deployment, footprints), completed, execution);
  const owners = await readOwnersWait(objects, plan);
  await assertNothingHalfMade(objects, planned, { round: next.round, epoch });
  return {
    rounds: completed.length,
    state: {
      run,
      plan: seal,
      writer: writerName(thisWriter),
      startedAt: Math.round(now - 1000 * spent),
      usage: noUsage,
      federation: {
        ...next,
        ...(owners && { owners }),
        chainSha256,
        weightsSha256: weightsAfter(plan, completed),
        startedAt: now,
        usage: addUsage(...own.map(({ usage }) => usage)),
      },
      baseline: {
        epoch,
        done,
        chainSha256: trained.chainSha256,
        ...(done && last && { clientsSeal: last.seal }),
        usage: await usageAtCheckpoint(objects, plan, epoch),
      },
    },
  };
}
