import pLimit from "p-limit";
import type * as z from "zod";
import { affordsEpochs } from "../../cloud/cost/budget.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { keys } from "../../shared/layout.ts";
import { type Pool, poolOf, trainEpoch } from "../../shared/model/baseline.ts";
import type { Trainer } from "../../shared/model/trainer.ts";
import { chainAfter, epochLink, type Link } from "../../shared/workflow/chain.ts";
import { type BaselineState, trainBaselineInput } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { figuresBytes } from "../../shared/workflow/record-size.ts";
import { steps } from "../../shared/workflow/steps.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import { beyondLast, findLastEpoch, keepUsage, writeClients } from "../../storage/baseline-objects.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../storage/checkpoint-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { footprints } from "../footprints.ts";
import type { Invocation, Step } from "../invocation.ts";
import { OpenTrainers } from "../open-trainers.ts";
import { reserveMs, trainBaselineFootprint } from "./footprint.ts";

const { checkpointMs } = steps.trainBaseline;
/** How much longer an epoch may take than the slowest before it. */
const safety = 1.5;

/**
 * The centralized baseline: the same model from the same start, trained on the pooled shards and evaluated on the
 * union of the held-out examples. Stops before its time is up and goes on from the checkpoint in the next
 * invocation, with the same bits as if it had not stopped.
 */
export function trainBaseline(
  objects: Objects,
  deployment: Deployment,
): Step<z.output<typeof trainBaselineInput>, BaselineState> {
  const plans = new Plans(objects);
  const trainers = new OpenTrainers();
  return {
    name: trainBaselineFootprint.name,
    input: trainBaselineInput,
    async work({ run, plan: seal, baseline }, invocation) {
      const { timed } = invocation;
      const plan = await plans.of(run, seal);
      const trainer = await trainers.of(plan);
      const { epochs } = plan.config.baseline;
      const decided = await timed("read", () => findLastEpoch(objects, plan));
      if (decided && baseline.epoch >= decided.epoch) throw beyondLast(run, decided, baseline.epoch);
      const pool = await readPool(objects, plan, trainer, invocation);

      let checkpoint = await readCheckpoint(objects, plan, baseline.epoch, baseline.chainSha256);
      const usageSoFar = () => addUsage(baseline.usage, invocation.usage());
      // of the last checkpoint also for the state, so that what the run used adds up from its records
      const keep = (reached: Checkpoint, link: Link) =>
        timed("write", async () => {
          const usage = await keepUsage(objects, run, reached.epoch, usageSoFar());
          // last: where a checkpoint stands, all that belongs to it does
          await writeCheckpoint(objects, plan, reached, link);
          return usage;
        });
      let slowestMs = 0;
      let trainedMs = 0;
      let kept = performance.now();
      let last: boolean;
      let link: Link;
      let clientsSeal: string | undefined;
      do {
        const start = performance.now();
        // the model after the last epoch is evaluated for each client, so it is known before whether the money lasts
        last = decided
          ? checkpoint.epoch + 1 === decided.epoch
          : checkpoint.epoch + 1 >= epochs || !affordsAnother(checkpoint.epoch);
        const trained = await trainEpoch(plan, trainer, pool, checkpoint, last, timed);
        link = epochLink(checkpoint.chainSha256, trained.outcome);
        checkpoint = { ...trained.reached, chainSha256: chainAfter(link) };
        const { epoch, chainSha256 } = checkpoint;
        const record = { ...trained.outcome, chainSha256 };
        await timed("write", () =>
          objects.putRecord(keys.baselineEpoch(run, epoch), record, figuresBytes(plan), "once"),
        );
        const { clients } = trained;
        if (clients) {
          clientsSeal = await timed("write", () => writeClients(objects, plan, epoch, clients));
        }
        slowestMs = Math.max(slowestMs, performance.now() - start);
        trainedMs += performance.now() - start;
        if (performance.now() - kept > checkpointMs) {
          await keep(checkpoint, link);
          kept = performance.now();
        }
      } while (!last && invocation.remainingMs() > safety * slowestMs + reserveMs);
      const usage = await keep(checkpoint, link);
      invocation.note({ epoch: checkpoint.epoch });
      const { epoch, chainSha256 } = checkpoint;
      return { epoch, done: last, chainSha256, usage, ...(clientsSeal && { clientsSeal }) };

      /** After the epoch that comes now. */
      function affordsAnother(reached: number): boolean {
        const here = reached - baseline.epoch;
        return affordsEpochs(plan, { deployment, footprints }, 2, {
          epochs: reached,
          usage: usageSoFar(),
          epochMs: here > 0 ? trainedMs / here : undefined,
        });
      }
    },
  };
}

async function readPool(
  objects: Objects,
  plan: Plan,
  trainer: Trainer,
  { timed }: Invocation,
): Promise<Pool> {
  const readers = pLimit(trainBaselineFootprint.atOnce);
  const shards = await timed("read", () =>
    Promise.all(shardsOf(plan).map((client) => readers(() => readShard(objects, plan, client)))),
  );
  return timed("prepare", async () => poolOf(plan, trainer, shards));
}

/** The clients', and the test set's where there is one. */
function shardsOf({ clients, examiner }: Plan): number[] {
  return [...clients.map(({ client }) => client), ...(examiner === null ? [] : [examiner])];
}
