import fc from "fast-check";
import type { ClientUpdate } from "../../../shared/client/update.ts";
import { lengthOf } from "../../../shared/model/vector-shape.ts";
import { type RandomStream, randomStream } from "../../../shared/random.ts";
import { openReduction } from "../../../shared/strategy/open-reduction.ts";
import { startState } from "../../../shared/strategy/strategies.ts";
import type { Aggregation, Round, Strategy } from "../../../shared/strategy/strategy.ts";

/** An update of a model given as plain numbers; what it does not say is one example, one step, nothing sent. */
export function update(
  client: number,
  model: readonly number[],
  rest: Partial<ClientUpdate> = {},
): ClientUpdate {
  return { client, examples: 1, steps: 1, parameters: Float32Array.from(model), sent: {}, ...rest };
}

/** Of a model that is one tensor. */
export const flatLayout = (length: number) => [{ name: "values", shape: [length] }];

/** A strategy's first round; the federation has no more examples than the round. */
export function roundOf(
  strategy: Strategy,
  global: Float32Array,
  updates: readonly ClientUpdate[],
  rest: Partial<Round> = {},
): Round {
  return {
    global,
    layout: flatLayout(global.length),
    updates,
    state: startState(strategy, flatLayout(global.length)),
    momentum: 0,
    federationExamples: updates.reduce((sum, { examples }) => sum + examples, 0),
    federationClients: updates.length,
    ...rest,
  };
}

/** A round from its start to its next model, the updates in the order given. */
export function aggregate(strategy: Strategy, { updates, ...start }: Round): Aggregation {
  const reduction = openReduction(strategy, start);
  for (const one of updates) reduction.add(one);
  return reduction.finish();
}

/** Multiples of 2^-13 up to 100: what a sum of such values over the weights below comes to, float64 holds exactly. */
const weight = fc.integer({ min: -100 * 2 ** 13, max: 100 * 2 ** 13 }).map((steps) => steps / 2 ** 13);

export const vectorOf = (length: number) =>
  fc.array(weight, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));

/** Rounds of enough clients for the strategy, with everything that its clients send. */
export function rounds(strategy: Strategy): fc.Arbitrary<Round> {
  const fewest = strategy.needs.updates;
  return fc.integer({ min: 1, max: 12 }).chain((length) => {
    const sent = Object.fromEntries(
      Object.entries(strategy.client.sends.vectors).map(([name, shapeOf]) => [
        name,
        vectorOf(lengthOf(shapeOf(flatLayout(length)))),
      ]),
    );
    const one = fc.record({
      examples: fc.integer({ min: 1, max: 100_000 }),
      steps: fc.integer({ min: 1, max: 50 }),
      parameters: vectorOf(length),
      sent: fc.record(sent),
    });
    return fc
      .record({
        global: vectorOf(length),
        list: fc.array(one, { minLength: fewest, maxLength: fewest + 6 }),
        momentum: fc.constantFrom(0, 0.9),
        others: fc.nat(100_000),
      })
      .map(({ global, list, momentum, others }) => {
        // numbers with gaps, as where some clients are silent
        const updates = list.map((part, i): ClientUpdate => ({ client: 3 * i + 1, ...part }));
        const round = roundOf(strategy, global, updates, { momentum });
        return { ...round, federationExamples: round.federationExamples + others, federationClients: 40 };
      });
  });
}

/** Several rounds' worth of one federation's updates, drawn from a seed: no two values alike. */
export function drawnUpdates(stream: RandomStream, clients: number, length: number): ClientUpdate[] {
  const vector = () => Float32Array.from({ length }, () => 4 * stream.unit() - 2);
  return Array.from({ length: clients }, (_, client) => ({
    client,
    examples: 1 + stream.below(500),
    steps: 1 + stream.below(20),
    parameters: vector(),
    sent: { change: vector() },
  }));
}

export const stream = (seed: number) => randomStream(seed, "client-order");
