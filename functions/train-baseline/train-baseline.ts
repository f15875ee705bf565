import pLimit from "p-limit";
import type * as z from "zod";
import { affordsEpochs } from "../../shared/cost/budget.ts";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { accuracy, meanLoss } from "../../shared/metrics/evaluation.ts";
import { learningRateAt } from "../../shared/model/learning-rate.ts";
import { epochOrders } from "../../shared/model/orders.ts";
import type { PreparedExamples, Trainer } from "../../shared/model/trainer.ts";
import { randomStream } from "../../shared/random.ts";
import { chainAfter, epochLink, type Link } from "../../shared/workflow/chain.ts";
import type { Deployment } from "../../shared/workflow/deployment.ts";
import { type BaselineState, trainBaselineInput } from "../../shared/workflow/payloads.ts";
import type { BaselineEpoch, Plan } from "../../shared/workflow/records.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../storage/checkpoint-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { assertEvaluated, assertTrained } from "../finite.ts";
import type { Invocation, Step } from "../invocation.ts";
import { OpenTrainers } from "../open-trainers.ts";

/** Shards read at once; all of them are in memory in the end. */
const shardReaders = 8;
/** What an epoch may take longer than the slowest before it, and the time to write the checkpoint. */
const safety = { factor: 1.5, ms: 5_000 };
/** Milliseconds of work that a run which is cut off may have to do again. */
const checkpointMs = 30_000;

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
    name: "TrainBaseline",
    input: trainBaselineInput,
    async work({ run, plan: seal, baseline }, invocation) {
      const { timed } = invocation;
      const plan = await plans.of(run, seal);
      const trainer = await trainers.of(plan);
      const pool = await readPool(objects, plan, trainer, invocation);
      const { epochs } = plan.config.baseline;

      let checkpoint = await readCheckpoint(objects, plan, baseline.epoch, baseline.chainSha256);
      const usageSoFar = () => addUsage(baseline.usage, invocation.usage());
      // of the last checkpoint also for the state, so that what the run used adds up from its records
      const keep = async (reached: Checkpoint, link: Link) => {
        const usage = usageSoFar();
        await timed("write", () => writeCheckpoint(objects, plan, reached, link, usage));
        return usage;
      };
      let slowestMs = 0;
      let trainedMs = 0;
      let kept = performance.now();
      let last: boolean;
      let link: Link;
      do {
        const start = performance.now();
        // the model after the last epoch is evaluated for each client, so it is known before whether the money lasts
        last = checkpoint.epoch + 1 >= epochs || !affordsAnother(checkpoint.epoch);
        const trained = await trainEpoch(plan, trainer, pool, checkpoint, last, invocation);
        link = epochLink(checkpoint.chainSha256, trained.outcome);
        checkpoint = { ...trained.reached, chainSha256: chainAfter(link) };
        const { epoch, chainSha256 } = checkpoint;
        const record: BaselineEpoch = { ...trained.outcome, chainSha256 };
        await timed("write", () => objects.putRecord(keys.baselineEpoch(run, epoch), record));
        slowestMs = Math.max(slowestMs, performance.now() - start);
        trainedMs += performance.now() - start;
        if (performance.now() - kept > checkpointMs) {
          await keep(checkpoint, link);
          kept = performance.now();
        }
      } while (!last && invocation.remainingMs() > safety.factor * slowestMs + safety.ms);
      const usage = await keep(checkpoint, link);
      invocation.note({ epoch: checkpoint.epoch });
      return { epoch: checkpoint.epoch, done: last, chainSha256: checkpoint.chainSha256, usage };

      /** After the epoch that comes now. */
      function affordsAnother(reached: number): boolean {
        const here = reached - baseline.epoch;
        return affordsEpochs(plan, deployment, 2, {
          epochs: reached,
          usage: usageSoFar(),
          epochMs: here > 0 ? trainedMs / here : undefined,
        });
      }
    },
  };
}

interface Pool {
  readonly train: PreparedExamples;
  readonly test: PreparedExamples;
  /** The parts of test, for those who have any. */
  readonly heldOut: readonly { readonly client: number; readonly examples: Examples }[];
}

async function readPool(
  objects: Objects,
  plan: Plan,
  trainer: Trainer,
  { timed }: Invocation,
): Promise<Pool> {
  const readers = pLimit(shardReaders);
  const shards = await timed("read", () =>
    Promise.all(shardsOf(plan).map((client) => readers(() => readShard(objects, plan, client)))),
  );
  const heldOut = plan.clients.flatMap(({ client }, i) => {
    const examples = shards[i]?.test;
    return examples && examples.count > 0 ? [{ client, examples }] : [];
  });
  return timed("prepare", async () => ({
    train: trainer.prepare(poolExamples(shards.map(({ train }) => train))),
    test: trainer.prepare(poolExamples(shards.map(({ test }) => test))),
    heldOut,
  }));
}

/** The clients', and the test set's where there is one. */
function shardsOf({ clients, examiner }: Plan): number[] {
  return [...clients.map(({ client }) => client), ...(examiner === null ? [] : [examiner])];
}

async function trainEpoch(
  { config: { training, seed } }: Plan,
  trainer: Trainer,
  pool: Pool,
  from: Checkpoint,
  last: boolean,
  { timed }: Invocation,
): Promise<{ reached: Omit<Checkpoint, "chainSha256">; outcome: Omit<BaselineEpoch, "chainSha256"> }> {
  const epoch = from.epoch + 1;
  const learningRate = learningRateAt(training, epoch);
  const outcome = await timed("train", () =>
    trainer.train(from.parameters, pool.train, {
      ...training,
      learningRate,
      epochs: 1,
      velocity: from.velocity,
      order: epochOrders(pool.train.count, randomStream(seed, "baseline-order", epoch)),
    }),
  );
  const blame = `training.learningRate ${learningRate} is probably too large`;
  assertTrained(outcome, `the baseline in epoch ${epoch}`, blame);
  const evaluation = await timed("evaluate", () => trainer.evaluate(outcome.parameters, pool.test));
  assertEvaluated(evaluation, `the baseline after epoch ${epoch}`, blame);
  return {
    reached: { epoch, parameters: outcome.parameters, velocity: outcome.velocity },
    outcome: {
      epoch,
      examples: evaluation.examples,
      accuracy: accuracy(evaluation),
      loss: meanLoss(evaluation),
      trainingLoss: outcome.lossSum / pool.train.count,
      confusion: evaluation.confusion.map((row) => [...row]),
      weightsSha256: await weightsSha256(outcome.parameters),
      velocitySha256: await weightsSha256(outcome.velocity),
      ...(last && {
        clients: await timed("evaluate", () => evaluateClients(trainer, pool, outcome.parameters)),
      }),
    },
  };
}

/** What the final model does for each client, to be set beside what the federation does for it. */
async function evaluateClients(
  trainer: Trainer,
  { heldOut }: Pool,
  parameters: Float32Array,
): Promise<NonNullable<BaselineEpoch["clients"]>> {
  const clients = [];
  for (const { client, examples } of heldOut) {
    const evaluation = await trainer.evaluate(parameters, trainer.prepare(examples));
    clients.push({
      client,
      examples: evaluation.examples,
      accuracy: accuracy(evaluation),
      loss: meanLoss(evaluation),
    });
  }
  return clients;
}
