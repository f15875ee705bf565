import { describe, expect, test } from "vitest";
import type { Trainer, TrainingOptions } from "../../../shared/model/trainer.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import type { ClientPart } from "../../../shared/strategy/client-part.ts";
import type { ClientUpdate, Vectors } from "../../../shared/strategy/client-update.ts";
import { openStrategy, type StrategySettings, startState } from "../../../shared/strategy/strategies.ts";
import type { Strategy } from "../../../shared/strategy/strategy.ts";
import { mlpOf } from "../model/mlp-of.ts";
import { shuffled, situation } from "../model/situation.ts";
import { aggregate, roundOf } from "./rounds.ts";

/** The clients' side of the strategies with the trainer that really runs them: two clients, unequal data. */
const spec = mlpOf(20, [6], 3);
const shards = [40, 13].map((count, client) => situation(spec, count, "sparse bytes", 60 + client));
const { start } = situation(spec, 1, "sparse bytes", 59);
const local = { learningRate: 0.1, momentum: 0.5 };

async function train(
  trainer: Trainer,
  part: ClientPart,
  client: number,
  global: Float32Array,
  server: Vectors,
) {
  const { examples } = shards[client] ?? { examples: situation(spec, 1, "sparse bytes", 1).examples };
  const kept = Object.fromEntries(part.keeps.map((name) => [name, new Float32Array(global.length)]));
  const begun = { global, received: server, kept, training: local };
  const options: TrainingOptions = {
    ...local,
    batchSize: 8,
    epochs: 2,
    weightDecay: 1e-3,
    order: shuffled(examples.count),
    ...part.hooks(begun),
  };
  const { parameters, steps } = await trainer.train(global, trainer.prepare(examples), options);
  const { sent } = part.conclude(begun, { parameters, steps });
  return { client, examples: examples.count, steps, parameters, sent } satisfies ClientUpdate;
}

/** The models after each of three rounds, every client starting from controls of zero in each. */
async function models(settings: StrategySettings): Promise<Float32Array[]> {
  const strategy: Strategy = openStrategy(settings);
  const trainer = await openTrainer("kernel", spec);
  const seen: Float32Array[] = [start];
  for (let round = 0; round < 3; round++) {
    const global = seen.at(-1) ?? start;
    const state = startState(strategy, global.length);
    const updates = [
      await train(trainer, strategy.client, 0, global, state),
      await train(trainer, strategy.client, 1, global, state),
    ];
    seen.push(aggregate(strategy, roundOf(strategy, global, updates, { state })).parameters);
  }
  return seen;
}

describe("the clients' parts", () => {
  test.each<StrategySettings>([
    { name: "FedProx", mu: 0 },
    { name: "SCAFFOLD", learningRate: 1 },
  ])("$name without its term is FedAvg, bit for bit", async (settings) => {
    expect(await models(settings)).toEqual(await models({ name: "FedAvg" }));
  });

  test("a mu that is not zero holds the clients back", async () => {
    const moved = (seen: Float32Array[]) =>
      Math.hypot(...Array.from(seen.at(-1) ?? [], (w, i) => w - (start[i] ?? NaN)));
    const held = moved(await models({ name: "FedProx", mu: 1 }));
    const free = moved(await models({ name: "FedAvg" }));
    expect(held).toBeLessThan(0.9 * free);
    expect(held).toBeGreaterThan(0);
  });

  test("FedProx anchors the clients in the round's global model", () => {
    const { client } = openStrategy({ name: "FedProx", mu: 0.3 });
    const begun = { global: start, received: {}, kept: {}, training: local };
    expect(client.hooks(begun)).toEqual({ proximal: { mu: 0.3, anchor: start } });
    expect(client.conclude(begun, { parameters: start, steps: 1 })).toEqual({ kept: {}, sent: {} });
  });

  test("SCAFFOLD corrects by c - c_k, and sets c_k - c + (x - y) / (K eta): by hand", () => {
    const { client } = openStrategy({ name: "SCAFFOLD", learningRate: 1 });
    const begun = {
      global: Float32Array.of(5),
      received: { control: Float32Array.of(2) },
      kept: { control: Float32Array.of(0.5) },
      training: { learningRate: 0.25, momentum: 0 },
    };
    expect(client.hooks(begun)).toEqual({ correction: Float32Array.of(1.5) });
    // 0.5 - 2 + (5 - 2) / (4 * 0.25) = 1.5
    expect(client.conclude(begun, { parameters: Float32Array.of(2), steps: 4 })).toEqual({
      kept: { control: Float32Array.of(1.5) },
      sent: { change: Float32Array.of(1) },
    });
  });

  test.each<StrategySettings>([
    { name: "FedAvg" },
    { name: "Median" },
    { name: "FedNova" },
    { name: "FedProx", mu: 0 },
    { name: "FedAvgM", momentum: 0.9, learningRate: 1 },
  ])("$name asks nothing of them", (settings) => {
    const { client } = openStrategy(settings);
    expect(client.hooks({ global: start, received: {}, kept: {}, training: local })).toEqual({});
    expect([...client.keeps, ...client.receives, ...client.sends]).toEqual([]);
  });
});
