import { evaluateClients, type Pool, poolOf } from "../../shared/model/baseline.ts";
import type { PreparedExamples, Trainer } from "../../shared/model/trainer.ts";
import { trainerOf } from "../../shared/model/trainers.ts";
import type { Division } from "../../shared/partition/division.ts";
import { type EvaluationSums, figuresOf, type HasTask, taskOf } from "../../shared/task/tasks.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";

/** Evaluates models on the data set's own examples, bit for bit as the functions did on the shards. */
export class Judge {
  readonly trainer: Trainer;
  readonly #config: HasTask;
  readonly pool: Pool;
  /** By the numbers of the clients, and behind them the test set's. */
  readonly #heldOut: readonly PreparedExamples[];

  constructor(config: HasTask, trainer: Trainer, pool: Pool, heldOut: readonly PreparedExamples[]) {
    this.#config = config;
    this.trainer = trainer;
    this.pool = pool;
    this.#heldOut = heldOut;
  }

  /** On what a client holds out, or on the test set, as the plan numbers them. */
  async of(parameters: Float32Array, client: number): Promise<EvaluationSums> {
    const examples = this.#heldOut[client];
    if (!examples) throw new RangeError(`there is no client ${client}`);
    return this.trainer.evaluate(parameters, examples);
  }

  /** What the records of a baseline's epoch say of its model. */
  async ofBaseline(parameters: Float32Array) {
    const evaluation = await this.trainer.evaluate(parameters, this.pool.test);
    const { examples } = evaluation;
    return {
      figures: { examples, ...figuresOf(taskOf(this.#config), evaluation) },
      clients: await evaluateClients(this.#config, this.trainer, this.pool, parameters),
    };
  }
}

/** @throws TrainerUnavailable */
export async function openJudge(plan: Plan, division: Division): Promise<Judge> {
  const trainer = await trainerOf(plan);
  const shards = division.shards.map((shard) => shard());
  const heldOut = shards.map(({ test }) => trainer.prepare(test));
  return new Judge(plan.config, trainer, poolOf(plan, trainer, shards), heldOut);
}
