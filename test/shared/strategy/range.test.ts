import fc from "fast-check";
import { expect, test } from "vitest";
import { normOf } from "../../../shared/metrics/drift.ts";
import { beyondRange, summedRange } from "../../../shared/strategy/range.ts";
import { openStrategy } from "../../../shared/strategy/strategies.ts";

const near = fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 512, 2 ** 32, 2 ** 32 + 1024, 2 ** 40, NaN, Infinity);
const vectors = fc.array(fc.tuple(near, fc.boolean()), { minLength: 1, maxLength: 6 });

test("what of an update cannot be summed is the same whether its norm is known or each value is looked at", () => {
  const strategy = openStrategy({ name: "FedAvg" });
  let within = 0;
  fc.assert(
    fc.property(vectors, (values) => {
      const parameters = Float32Array.from(values, ([value, negative]) => (negative ? -value : value));
      const global = new Float32Array(parameters.length);
      const of = (norm: number) => beyondRange(strategy, global, { parameters, sent: {} }, norm);
      expect(of(normOf(parameters))).toBe(of(Infinity));
      if (normOf(parameters) <= summedRange) within++;
      expect(of(Infinity) === undefined).toBe(parameters.every((value) => Math.abs(value) <= 2 ** 32));
    }),
  );
  expect(within).toBeGreaterThan(0);
});

test("what is sent beside a model is looked at however short its change is", () => {
  const strategy = openStrategy({ name: "SCAFFOLD", learningRate: 1 });
  const sent = { change: Float32Array.of(0, 2 ** 33) };
  const [global, parameters] = [new Float32Array(2), new Float32Array(2)];
  expect(beyondRange(strategy, global, { parameters, sent }, 0)).toContain(
    "its change has a value of 8589934592",
  );
});
