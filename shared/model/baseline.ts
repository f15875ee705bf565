import { type Examples, poolExamples } from "../dataset/examples.ts";
import { weightsSha256 } from "../digest.ts";
import type { Shard } from "../partition/division.ts";
import { randomStream } from "../random.ts";
import { briefOrNull, figuresOf, type HasTask, taskOf } from "../task/tasks.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { BaselineEpoch, ClientFigures } from "../workflow/round-records.ts";
import { assertEvaluated, assertTrained } from "./assert-finite.ts";
import { learningRateAt } from "./learning-rate.ts";
import { epochOrders } from "./orders.ts";
import type { PreparedExamples, Trainer } from "./trainer.ts";

/** What the baseline is trained and evaluated on: the clients' shards as one. */
export interface Pool {
  readonly train: PreparedExamples;
  readonly test: PreparedExamples;
  /** The parts of test, for those who have any. */
  readonly heldOut: readonly { readonly client: number; readonly examples: Examples }[];
}

/** @param shards by number, the test set's last where there is one */
export function poolOf({ clients }: Pick<Plan, "clients">, trainer: Trainer, shards: readonly Shard[]): Pool {
  return {
    train: trainer.prepare(poolExamples(shards.map(({ train }) => train))),
    test: trainer.prepare(poolExamples(shards.map(({ test }) => test))),
    heldOut: clients.flatMap(({ client }, i) => {
      const examples = shards[i]?.test;
      return examples && examples.count > 0 ? [{ client, examples }] : [];
    }),
  };
}

/** Where the baseline stands after an epoch: all that the next one depends on. */
export interface Reached {
  readonly epoch: number;
  readonly parameters: Float32Array;
  /** SGD's momentum. */
  readonly velocity: Float32Array;
}

export interface TrainedEpoch {
  readonly reached: Reached;
  readonly outcome: Omit<BaselineEpoch, "chainSha256" | "clients">;
  /** After the last one alone. */
  readonly clients?: ClientFigures;
}

/** Does a piece of the work, and perhaps measures it. */
type Timed = <T>(phase: "train" | "evaluate", work: () => Promise<T>) => Promise<T>;

/**
 * The epoch after the one that was reached: TrainBaseline trains it, and fedstep verify can train it again.
 * @param last whether it is the baseline's last, whose model is evaluated for each client
 * @throws TrainingDiverged
 */
export async function trainEpoch(
  { config }: Pick<Plan, "config">,
  trainer: Trainer,
  pool: Pool,
  from: Reached,
  last: boolean,
  timed: Timed = (_phase, work) => work(),
): Promise<TrainedEpoch> {
  const { training, seed } = config;
  const epoch = from.epoch + 1;
  const learningRate = learningRateAt(training, epoch);
  const trained = await timed("train", () =>
    trainer.train(from.parameters, pool.train, {
      ...training,
      learningRate,
      epochs: 1,
      velocity: from.velocity,
      order: epochOrders(pool.train.count, randomStream(seed, "baseline-order", epoch)),
    }),
  );
  const blame = `training.learningRate ${learningRate} is probably too large`;
  assertTrained(trained, `the baseline in epoch ${epoch}`, blame);
  const { parameters, velocity, lossSum } = trained;
  const evaluation = await timed("evaluate", () => trainer.evaluate(parameters, pool.test));
  assertEvaluated(evaluation, `the baseline after epoch ${epoch}`, blame);
  return {
    reached: { epoch, parameters, velocity },
    outcome: {
      epoch,
      examples: evaluation.examples,
      ...figuresOf(taskOf(config), evaluation),
      trainingLoss: lossSum / pool.train.count,
      weightsSha256: await weightsSha256(parameters),
      velocitySha256: await weightsSha256(velocity),
    },
    ...(last && {
      clients: await timed("evaluate", () => evaluateClients(config, trainer, pool, parameters)),
    }),
  };
}

/** What the final model does for each client, to be set beside what the federation does for it. */
export async function evaluateClients(
  config: HasTask,
  trainer: Trainer,
  { heldOut }: Pick<Pool, "heldOut">,
  parameters: Float32Array,
): Promise<ClientFigures> {
  const task = taskOf(config);
  const clients = [];
  for (const { client, examples } of heldOut) {
    const evaluation = await trainer.evaluate(parameters, trainer.prepare(examples));
    clients.push({
      client,
      examples: evaluation.examples,
      // what one holds out may not tell the score: examples of one class alone
      ...briefOrNull(task, evaluation),
      ...(task.pooling && { toPool: task.pooling.toldOf(evaluation) }),
    });
  }
  return clients;
}
