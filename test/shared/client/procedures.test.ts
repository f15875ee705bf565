import { describe, expect, test } from "vitest";
import { localTraining } from "../../../shared/client/local-training.ts";
import type { ClientContext, ClientProcedure, Trained } from "../../../shared/client/procedure.ts";
import type { ClientUpdate } from "../../../shared/client/update.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { layoutOf } from "../../../shared/model/spec.ts";
import type { Trainer } from "../../../shared/model/trainer.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import type { Vectors } from "../../../shared/model/vector-shape.ts";
import { openStrategy, type StrategySettings, startState } from "../../../shared/strategy/strategies.ts";
import type { Strategy } from "../../../shared/strategy/strategy.ts";
import { mlpOf } from "../model/mlp-of.ts";
import { situation } from "../model/situation.ts";
import { aggregate, flatLayout, roundOf } from "../strategy/rounds.ts";
import { someRandom } from "./some-random.ts";

/** The clients' side of the strategies with the trainer that really runs them: two clients, unequal data. */
const spec = mlpOf(20, [6], 3);
const layout = layoutOf(spec);
const shards = [40, 13].map((count, client) => situation(spec, count, "sparse bytes", 60 + client));
const { start } = situation(spec, 1, "sparse bytes", 59);
const local = { learningRate: 0.1, momentum: 0.5 };
const config = resolveConfig({
  file: { training: { ...local, batchSize: 8, localEpochs: 2, weightDecay: 1e-3 } },
});

function opened(trainer: Trainer, procedure: ClientProcedure, client: number) {
  const { examples } = shards[client] ?? { examples: situation(spec, 1, "sparse bytes", 1).examples };
  const prepared = trainer.prepare(examples);
  const { learningRate } = local;
  const round = { config, round: 1, client, learningRate, trainer, train: prepared, test: prepared };
  return { count: examples.count, ...localTraining({ ...round, blame: "nobody" }, procedure) };
}

async function trainWith(
  trainer: Trainer,
  procedure: ClientProcedure,
  client: number,
  global: Float32Array,
  received: Vectors,
): Promise<ClientUpdate> {
  const { count, ...at } = opened(trainer, procedure, client);
  const context = { global, layout, received, kept: null, training: local, random: someRandom, ...at };
  const { trained, sent } = await procedure.run(context);
  return { client, examples: count, steps: trained.steps, parameters: trained.parameters, sent };
}

/** The models after each of three rounds, every client starting with nothing kept in each. */
async function models(settings: StrategySettings): Promise<Float32Array[]> {
  const strategy: Strategy = openStrategy(settings);
  const trainer = await openTrainer("kernel", spec, { kind: "classification" });
  const seen: Float32Array[] = [start];
  for (let round = 0; round < 3; round++) {
    const global = seen.at(-1) ?? start;
    const state = startState(strategy, layout);
    const updates = [
      await trainWith(trainer, strategy.client, 0, global, state),
      await trainWith(trainer, strategy.client, 1, global, state),
    ];
    seen.push(aggregate(strategy, roundOf(strategy, global, updates, { state, layout })).parameters);
  }
  return seen;
}

/** A context whose every training comes to the same, and says what it was asked for. */
function asked(of: Pick<ClientContext, "global"> & Partial<ClientContext>, outcome: Partial<Trained> = {}) {
  const calls: unknown[] = [];
  const context: ClientContext = {
    layout: flatLayout(of.global.length),
    received: {},
    kept: null,
    training: local,
    random: someRandom,
    train: async (from, choice = {}) => {
      calls.push({ from, ...choice });
      const { length } = from;
      const velocity = new Float32Array(length);
      return { parameters: from, velocity, steps: 1, lossSum: 0, start: from, distance: 0, ...outcome };
    },
    evaluate: () => Promise.reject(new Error("is not asked for")),
    ...of,
  };
  return { calls, context };
}

describe("the clients' halves", () => {
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

  test("FedProx anchors the clients in the round's global model", async () => {
    const { client } = openStrategy({ name: "FedProx", mu: 0.3 });
    const { calls, context } = asked({ global: start });
    expect(await client.run(context)).toMatchObject({ kept: {}, sent: {}, trained: { parameters: start } });
    expect(calls).toEqual([{ from: start, proximal: { mu: 0.3, anchor: start } }]);
  });

  test("SCAFFOLD corrects by c - c_k, and sets c_k - c + (x - y) / (K eta): by hand", async () => {
    const { client } = openStrategy({ name: "SCAFFOLD", learningRate: 1 });
    const global = Float32Array.of(5);
    const { calls, context } = asked(
      {
        global,
        received: { control: Float32Array.of(2) },
        kept: { control: Float32Array.of(0.5) },
        training: { learningRate: 0.25, momentum: 0 },
      },
      { parameters: Float32Array.of(2), steps: 4 },
    );
    // 0.5 - 2 + (5 - 2) / (4 * 0.25) = 1.5
    expect(await client.run(context)).toMatchObject({
      kept: { control: Float32Array.of(1.5) },
      sent: { change: Float32Array.of(1) },
    });
    expect(calls).toEqual([{ from: global, correction: Float32Array.of(1.5) }]);
  });

  test.each<StrategySettings>([
    { name: "FedAvg" },
    { name: "Median" },
    { name: "FedNova" },
    { name: "FedProx", mu: 0 },
    { name: "FedAvgM", momentum: 0.9, learningRate: 1 },
  ])("$name asks nothing of them but a training of the global model", async (settings) => {
    const { client } = openStrategy(settings);
    const { calls, context } = asked({ global: start });
    expect(await client.run(context)).toMatchObject({ sent: {}, kept: {} });
    expect(calls).toEqual([{ from: start }]);
    expect([client.receives, client.keeps, client.sends]).toEqual([[], {}, { model: true, vectors: {} }]);
  });
});

describe("the trainings of a round", () => {
  const twice = { work: { trainings: 2, evaluations: 1 } } as ClientProcedure;

  test("go through the examples in orders of their own, by their labels, and the same every time", async () => {
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const trained = async (label?: string) => {
      const { train } = opened(trainer, twice, 0);
      return (await train(start, label === undefined ? {} : { label })).parameters;
    };
    const [first, personal, head] = [await trained(), await trained("personal"), await trained("head")];
    expect(personal).not.toEqual(first);
    expect(head).not.toEqual(personal);
    expect(await trained("personal")).toEqual(personal);
    // whatever was trained before
    const { train } = opened(trainer, twice, 0);
    await train(start);
    expect((await train(start, { label: "personal" })).parameters).toEqual(personal);
  });

  test("say how far they have come from where they started", async () => {
    const { train } = opened(await openTrainer("kernel", spec, { kind: "classification" }), twice, 0);
    const { parameters, distance, start: from } = await train(start);
    expect(from).toBe(start);
    expect(distance).toBeCloseTo(Math.hypot(...parameters.map((w, i) => w - (start[i] ?? NaN))), 5);
    expect(distance).toBeGreaterThan(0);
  });

  test("are refused where two have one label, or more than are declared", async () => {
    const { train, evaluate } = opened(
      await openTrainer("kernel", spec, { kind: "classification" }),
      twice,
      0,
    );
    await train(start, { label: "personal" });
    await expect(train(start, { label: "personal" })).rejects.toThrow(/two trainings .* label personal/);
    await train(start);
    await expect(train(start, { label: "head" })).rejects.toThrow("2 trainings are declared");
    expect((await evaluate(start)).examples).toBe(40);
    expect(() => evaluate(start)).toThrow("1 evaluations are declared");
  });

  test("that leave the range of numbers are refused by name", async () => {
    const { train } = opened(await openTrainer("kernel", spec, { kind: "classification" }), twice, 0);
    const far = start.map(() => 3e38);
    await expect(train(far)).rejects.toMatchObject({
      name: "TrainingDiverged",
      message: "the training of client 0 in round 1 left the range of numbers; nobody",
    });
  });
});
