import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { strategies } from "../../shared/strategy/strategies.ts";
import type { ClientModel } from "../../shared/strategy/strategy.ts";

/** Laws that every strategy obeys, whatever it does in between. */

const weight = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
const model = (length: number) =>
  fc.array(weight, { minLength: length, maxLength: length }).map(Float32Array.from.bind(Float32Array));
const examples = fc.integer({ min: 1, max: 100_000 });

/** A round: a global model and the updates of some clients, all of one length. */
const round = fc.integer({ min: 1, max: 40 }).chain((length) =>
  fc.record({
    global: model(length),
    updates: fc
      .array(fc.record({ examples, parameters: model(length) }), { minLength: 1, maxLength: 12 })
      .map((list) => list.map((one, client): ClientModel => ({ client, ...one }))),
  }),
);

describe.each(Object.values(strategies))("$name", (strategy) => {
  test("identical updates give that update, bit for bit", () => {
    fc.assert(
      fc.property(round, ({ global, updates }) => {
        const [first] = updates;
        const same = updates.map((one) => ({ ...one, parameters: (first as ClientModel).parameters }));
        expect(strategy.aggregate(global, same)).toEqual((first as ClientModel).parameters);
      }),
    );
  });

  test("identical updates of negative zero stay negative zero", () => {
    const parameters = Float32Array.of(-0);
    const updates = [1, 2].map((client) => ({ client, examples: client, parameters }));
    expect(strategy.aggregate(Float32Array.of(1), updates)).toEqual(parameters);
  });

  test("neither the global model nor the updates are written to", () => {
    fc.assert(
      fc.property(round, ({ global, updates }) => {
        const before = structuredClone({ global, updates });
        strategy.aggregate(global, updates);
        expect({ global, updates }).toEqual(before);
      }),
    );
  });
});
