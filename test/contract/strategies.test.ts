import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClientUpdate } from "../../shared/client/update.ts";
import type { Vectors } from "../../shared/model/vector-shape.ts";
import { type OpenReduction, openReduction } from "../../shared/strategy/open-reduction.ts";
import {
  openStrategy,
  type StrategySettings,
  strategies,
  strategySettings,
} from "../../shared/strategy/strategies.ts";
import type { Aggregation, Round, Strategy } from "../../shared/strategy/strategy.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { aggregate, drawnUpdates, roundOf, rounds, stream, update } from "../shared/strategy/rounds.ts";

/** Laws that every strategy obeys, whatever it does in between: with its defaults, and with other parameters. */
const cases: readonly StrategySettings[] = [
  ...Object.keys(strategies).map((name) => strategySettings.parse({ name })),
  ...[
    { name: "FedAvgM", momentum: 0.5, learningRate: 0.3 },
    { name: "FedAdagrad", beta1: 0.9 },
    { name: "FedYogi", beta1: 0, tau: 0.1 },
    { name: "SCAFFOLD", learningRate: 0.5 },
    { name: "TrimmedMean", beta: 0.34 },
    { name: "Krum", byzantine: 0 },
    { name: "Krum", byzantine: 2 },
    { name: "MultiKrum", byzantine: 1, selected: 5 },
    { name: "Bulyan", byzantine: 0 },
    { name: "Bulyan", byzantine: 2 },
  ].map((settings) => strategySettings.parse(settings)),
];

/** The server takes a step along the averaged change, so its clients' model is not where it arrives. */
const stepping = new Set(["FedAvgM", "FedAdagrad", "FedAdam", "FedYogi"]);

/** Each client counts the same, however many examples it claims. */
const evenHanded = new Set(["Median", "TrimmedMean", "Krum", "MultiKrum", "Bulyan"]);

/** A law that holds for some of them is no skipped test of the others. */
const testIf = (holds: boolean) => (holds ? test : () => {});

const runs = { numRuns: 60 };

/** Any float32 of up to a thousand, subnormal ones among them. */
const anyVector = fc
  .array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 4, maxLength: 4 })
  .map((values) => Float32Array.from(values));

/** FedNova divides by each client's steps, which float64 rounds: its sums of multiples of 2^-13 are so to within 2^-40. */
const settled = ({ name }: Strategy, values: Float32Array) =>
  name === "FedNova"
    ? values.map((value) => Math.round(value * 2 ** 24) / 2 ** 24 + 0)
    : values.map((value) => value + 0);

const first = ({ updates }: Round) => updates[0] as ClientUpdate;

/** The same model, steps and vectors from every client; the examples stay different. */
const unanimous = (round: Round, model: Float32Array): Round => {
  const { steps, sent } = first(round);
  return { ...round, updates: round.updates.map((one) => ({ ...one, steps, sent, parameters: model })) };
};

/** -0 and 0 are one number, as they are to the model. */
const numbers = (values: Float32Array) => Array.from(values, (value) => value + 0);

describe.each(cases.map((settings) => [JSON.stringify(settings), settings] as const))("%s", (_, settings) => {
  const strategy = openStrategy(settings);
  // a server's own step size below 1 stops short of the mean
  const arrives =
    !stepping.has(strategy.name) && !("learningRate" in settings && settings.learningRate !== 1);

  testIf(arrives)("identical updates give that update, bit for bit", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const { parameters } = first(round);
        const next = aggregate(strategy, unanimous(round, parameters)).parameters;
        expect(settled(strategy, next)).toEqual(settled(strategy, parameters));
      }),
      runs,
    );
  });

  testIf(arrives)("one update comes back to within the bound that sums in fixed point have", () => {
    fc.assert(
      fc.property(
        anyVector,
        anyVector,
        fc.integer({ min: 1, max: 100_000 }),
        (global, parameters, examples) => {
          const clients = strategy.needs.updates;
          const sent = { change: new Float32Array(parameters.length) };
          const updates = Array.from({ length: clients }, (_, client) => ({
            ...update(client, [], { examples, sent }),
            parameters,
          }));
          const next = aggregate(strategy, roundOf(strategy, global, updates));
          next.parameters.forEach((value, i) => {
            const [from, to] = [global[i] as number, parameters[i] as number];
            // float64's rounding along the way, then float32's
            const rounding = 2 ** -50 * (Math.abs(from) + Math.abs(to)) + 2 ** -24 * Math.abs(to) + 2 ** -149;
            expect(Math.abs(value - to)).toBeLessThanOrEqual(2 ** -40 + rounding);
          });
        },
      ),
      runs,
    );
  });

  testIf(!arrives)("identical updates move every parameter towards them", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const { parameters } = first(round);
        const next = aggregate(strategy, unanimous(round, parameters)).parameters;
        round.global.forEach((before, i) => {
          const [change, moved] = [(parameters[i] as number) - before, (next[i] as number) - before];
          // a smaller one may be lost in rounding to float32
          if (Math.abs(change) > 1e-4) expect(Math.sign(moved)).toBe(Math.sign(change));
          else expect(moved * change).toBeGreaterThanOrEqual(0);
        });
      }),
      runs,
    );
  });

  test("updates that agree act as one, however many there are", () => {
    fc.assert(
      fc.property(rounds(strategy), fc.nat(3), (round, more) => {
        const { parameters } = first(round);
        const crowd = unanimous(round, parameters);
        const fewer = crowd.updates.slice(0, Math.max(strategy.needs.updates, crowd.updates.length - more));
        const { federationExamples } = roundOf(strategy, round.global, fewer);
        const all = roundOf(strategy, round.global, crowd.updates, { momentum: round.momentum });
        const some = { ...all, updates: fewer, federationExamples, federationClients: fewer.length };
        const [one, other] = [aggregate(strategy, all), aggregate(strategy, some)];
        expect(settled(strategy, one.parameters)).toEqual(settled(strategy, other.parameters));
        expect(one.state).toEqual(other.state);
      }),
      runs,
    );
  });

  test("the global model, sent back by everyone, stays: now and in the round after", () => {
    fc.assert(
      fc.property(rounds(strategy), ({ global, ...round }) => {
        const sent = Object.fromEntries(
          Object.keys(strategy.client.sends.vectors).map((name) => [name, new Float32Array(global.length)]),
        );
        const updates = round.updates.map((one) => ({ ...one, sent, parameters: global }));
        const next = aggregate(strategy, { ...round, global, updates });
        expect(numbers(next.parameters)).toEqual(numbers(global));
        const again = aggregate(strategy, { ...round, global, updates, state: next.state });
        expect(numbers(again.parameters)).toEqual(numbers(global));
      }),
      runs,
    );
  });

  test("the order in which clients report, and who adds them up first, changes nothing, bit for bit", () => {
    const permuted = rounds(strategy).chain((round) =>
      fc
        .shuffledSubarray([...round.updates], { minLength: round.updates.length })
        .map((updates) => [round, { ...round, updates }] as const),
    );
    fc.assert(
      fc.property(permuted, fc.nat(), fc.nat(), ([round, other], one, two) => {
        const expected = aggregate(strategy, round);
        expect(aggregate(strategy, other)).toEqual(expected);
        expect(aggregateInGroups(strategy, other, one, two)).toEqual(expected);
      }),
      runs,
    );
  });

  test("says rightly whether it weights by examples", () => {
    expect(strategy.weighting).toBe(evenHanded.has(strategy.name) ? "clients" : "examples");
  });

  testIf(strategy.weighting === "clients")("examples do not count", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const even = round.updates.map((one) => ({ ...one, examples: 1 }));
        expect(aggregate(strategy, { ...round, updates: even })).toEqual(aggregate(strategy, round));
      }),
      runs,
    );
  });

  testIf(strategy.weighting === "examples")("examples count: two clients act as their mean", () => {
    const of = (client: number, examples: number, ...model: number[]) =>
      update(client, model, { examples, sent: { change: Float32Array.from(model) } });
    const global = Float32Array.of(9, -9);
    // (1*1 + 3*5) / 4 and (1*-2 + 3*2) / 4
    const two = aggregate(strategy, roundOf(strategy, global, [of(0, 1, 1, -2), of(1, 3, 5, 2)]));
    const mean = aggregate(strategy, roundOf(strategy, global, [of(0, 4, 4, 1)]));
    expect(two).toEqual(mean);
    const uneven = aggregate(strategy, roundOf(strategy, global, [of(0, 3, 1, -2), of(1, 1, 5, 2)]));
    expect(uneven).not.toEqual(mean);
  });

  test("nothing that goes in is written to or passed on", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const before = structuredClone(round);
        const { parameters, state } = aggregate(strategy, round);
        expect(round).toEqual(before);
        const inside = [
          round.global,
          ...Object.values(round.state),
          ...round.updates.flatMap((one) => [one.parameters, ...Object.values(one.sent)]),
        ].map(({ buffer }) => buffer);
        for (const { buffer } of [parameters, ...Object.values(state)]) expect(inside).not.toContain(buffer);
      }),
      runs,
    );
  });

  test("stored after each round and opened anew, it goes on bit for bit", () => {
    const straight = play(strategy, ({ state }) => state);
    const resumed = play(
      () => openStrategy(settings),
      ({ state }) => stored(state),
    );
    expect(resumed).toEqual(straight);
    const forgetful = play(strategy, (_, start) => start);
    const stateful = Object.keys(strategy.state).length > 0;
    expect(isDeepStrictEqual(forgetful, straight)).toBe(!stateful);
  });

  test("keeps the vectors that it names, as long as the model", () => {
    const { state, parameters } = aggregate(
      strategy,
      fc.sample(rounds(strategy), { numRuns: 1, seed: 1 })[0] as Round,
    );
    expect(Object.keys(state)).toEqual(Object.keys(strategy.state));
    for (const vector of Object.values(state)) {
      expect(vector).toBeInstanceOf(Float32Array);
      expect(vector).toHaveLength(parameters.length);
    }
  });

  test("takes as few updates as it says, and refuses fewer by name", () => {
    const few = drawnUpdates(stream(5), strategy.needs.updates, 4);
    const global = new Float32Array(4);
    expect(aggregate(strategy, roundOf(strategy, global, few)).parameters).toHaveLength(4);
    expect(() => aggregate(strategy, roundOf(strategy, global, few.slice(1)))).toThrow(
      expect.objectContaining({
        name: "AggregationImpossible",
        message: expect.stringMatching(
          new RegExp(
            `^${strategy.name} takes at least ${few.length} .* has ${few.length - 1}: let more clients`,
          ),
        ),
      }),
    );
  });
});

/** By three aggregators, some of whom may have no client, the last of whom takes over what the others have. */
function aggregateInGroups(strategy: Strategy, { updates, ...start }: Round, one: number, two: number) {
  const cuts = [one, two].map((cut) => cut % (updates.length + 1)).sort((a, b) => a - b);
  const groups = [updates.slice(0, cuts[0]), updates.slice(cuts[0], cuts[1]), updates.slice(cuts[1])];
  const [first, second, last] = groups.map((group) => {
    const reduction = openReduction(strategy, start);
    for (const one of group) reduction.add(one);
    return reduction;
  }) as [OpenReduction, OpenReduction, OpenReduction];
  second.merge(first);
  last.merge(second);
  return last.finish();
}

/** Five rounds with the same updates each time the strategy is the same; returns every model and the last state. */
function play(
  opened: Strategy | (() => Strategy),
  carry: (next: Aggregation, start: Vectors) => Vectors,
): unknown[] {
  const open = typeof opened === "function" ? opened : () => opened;
  const drawn = stream(11);
  let global = Float32Array.from({ length: 7 }, () => drawn.unit());
  const start = roundOf(open(), global, []).state;
  let state = start;
  const seen: unknown[] = [];
  for (let round = 0; round < 5; round++) {
    const strategy = open();
    const updates = drawnUpdates(drawn, strategy.needs.updates + 2, global.length);
    const next = aggregate(strategy, roundOf(strategy, global, updates, { state }));
    seen.push(next);
    global = Float32Array.from(next.parameters);
    state = carry(next, start);
  }
  return seen;
}

/** As it comes back from the bucket. */
function stored(state: Vectors): Vectors {
  const tensors = Object.entries(state).map(([name, data]) => ({ name, shape: [data.length], data }));
  const { tensors: read } = decodeSafetensors(encodeSafetensors(tensors));
  return Object.fromEntries([...read].map(([name, { data }]) => [name, data as Float32Array]));
}

describe("the registry", () => {
  test.each(Object.keys(strategies))("knows %s by the name in its settings", (name) => {
    const settings = strategySettings.parse({ name });
    expect(settings.name).toBe(name);
    expect(openStrategy(settings).name).toBe(name);
  });

  test("opens FedAvg where none is named", () => {
    expect(strategySettings.parse({})).toEqual({ name: "FedAvg" });
  });

  test.each([
    ["a parameter of another strategy", { name: "FedAvg", momentum: 0.9 }],
    ["a parameter that nobody has", { name: "FedAdam", beta3: 0.9 }],
    ["a name that nobody has", { name: "FedMagic" }],
    ["a value out of range", { name: "TrimmedMean", beta: 0.5 }],
  ])("refuses %s", (_, settings) => {
    expect(strategySettings.safeParse(settings).success).toBe(false);
  });

  test.each(Object.entries(strategies))("describes every parameter of %s", (_, { settings }) => {
    for (const field of Object.values(settings.shape)) expect(field.description).toBeTruthy();
    expect(settings.description).toMatch(/et al\. \d{4}/);
  });
});
