import { beforeAll, describe, expect, test } from "vitest";
import { type Examples, poolExamples } from "../../shared/dataset/examples.ts";
import { keys } from "../../shared/layout.ts";
import { epochOrders } from "../../shared/model/orders.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import type { Vectors } from "../../shared/model/vector-shape.ts";
import { randomStream } from "../../shared/random.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { readCheckpoint } from "../../storage/checkpoint-objects.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { readKept, readState } from "../../storage/strategy-objects.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { distance, trainInFloat64 } from "../shared/model/reference.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

/** Half of the last one in every round, and in every epoch of the baseline. */
const rates = [0.2, 0.1, 0.05, 0.025];
const batchSize = 4;
const settings = { name: "SCAFFOLD", learningRate: 1 } as const;
const scaffold = openStrategy(settings);

const bucket = new MemoryBucket();
const { objects } = bucket;
let plan: Plan;
let played: unknown;
beforeAll(async () => {
  const set = [
    "training.learningRate=0.2",
    "training.schedule.kind=exponential",
    "training.schedule.decay=0.5",
  ];
  await claimRun(bucket, "r", toyConfig(...set, `federation.strategy.name=${settings.name}`));
  // clients that train with another rate are refused, and the run does not come to its end
  played = await playRun(bucket, "r", { baselineMs: 0 }).catch((error: unknown) => error);
  plan = planRecord.parse(bucket.json(keys.plan("r")));
});

/** How far the textbook's training goes from the start in an epoch. */
function textbook(
  start: Float32Array,
  examples: Examples,
  order: (epoch: number) => Uint32Array,
  learningRate: number,
  correction: Float32Array,
): Float64Array {
  const options = { learningRate, batchSize, epochs: 1, momentum: 0, weightDecay: 0, order, correction };
  return moved(start, trainInFloat64(plan.model, start, examples, options).parameters);
}

const moved = (from: Float32Array, to: ArrayLike<number>) =>
  Float64Array.from(from, (value, i) => (to[i] ?? NaN) - value);
const minus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value - (b[i] ?? NaN));
const vector = (of: Vectors | null) =>
  of === null ? new Float32Array(parameterCount(plan.model)) : (of.control ?? new Float32Array());

test("what clients send is accepted in every round", () => {
  expect(played).not.toBeInstanceOf(Error);
});

describe.each(rates.map((rate, i) => ({ rate, period: i + 1 })))("in period $period", ({ rate, period }) => {
  test("each client trains with the rate of its round, and keeps the mean gradient that this rate tells", async () => {
    const model = await readLinkedGlobal(objects, plan, period - 1);
    const start = model.parameters;
    const stateAfter = async (round: number) => {
      const { stateSha256 } = await readLinkedGlobal(objects, plan, round);
      return readState(objects, plan, scaffold, round, stateSha256);
    };
    const before = await stateAfter(period - 1);
    const { accepted } = await stateAfter(period);
    const server = vector(before.vectors);
    for (const { client, train } of plan.clients) {
      const shard = await readShard(objects, plan, client);
      const own = vector(await readKept(objects, plan, scaffold, client, before.accepted[client]));
      const order = epochOrders(train, randomStream(plan.config.seed, "client-order", period, client));
      const expected = textbook(start, shard.train, order, rate, minus(server, own));
      const update = await readUpdate(
        objects,
        plan,
        scaffold,
        { round: period, attempt: 1 },
        { client, task: "train" },
        null,
      );
      expect(distance(moved(start, update.parameters), expected)).toBeLessThan(1e-4);
      // Karimireddy et al. 2020, option II: c_k+ = c_k - c + (x - y_k) / (K eta)
      const steps = Math.ceil(train / batchSize);
      const control = expected.map(
        (change, i) => (own[i] ?? NaN) - (server[i] ?? NaN) - change / (steps * rate),
      );
      const kept = vector(await readKept(objects, plan, scaffold, client, accepted[client]));
      expect(distance(kept, control)).toBeLessThan(1e-4);
    }
  });

  test("the baseline trains with the rate of its epoch", async () => {
    const shards = await Promise.all(plan.clients.map(({ client }) => readShard(objects, plan, client)));
    const pool = poolExamples(shards.map(({ train }) => train));
    const start = (await readCheckpoint(objects, plan, period - 1)).parameters;
    const order = epochOrders(pool.count, randomStream(plan.config.seed, "baseline-order", period));
    const expected = textbook(start, pool, order, rate, new Float32Array(start.length));
    const { parameters } = await readCheckpoint(objects, plan, period);
    expect(distance(moved(start, parameters), expected)).toBeLessThan(1e-4);
  });
});
