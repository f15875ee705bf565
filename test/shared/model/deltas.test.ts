import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADDRESSABLE, Arena, ArenaLayout } from "../../../shared/model/kernel/arena.ts";
import { readParameters } from "../../../shared/model/kernel/matrices.ts";
import { mlpKernel } from "../../../shared/model/kernel/mlp.ts";
import { prepareExamples } from "../../../shared/model/kernel/prepared.ts";
import { openPrimitives } from "../../../shared/model/kernel/primitives.ts";
import { layOutSession } from "../../../shared/model/kernel/session.ts";
import { layOutStep } from "../../../shared/model/kernel/step.ts";
import { denseLayers } from "../../../shared/model/mlp/dense-layers.ts";
import type { TrainingOptions } from "../../../shared/model/trainer.ts";
import { randomStream } from "../../../shared/random.ts";
import { classificationKernel } from "../../../shared/task/classification/kernel.ts";
import { distance, lossAndGradient } from "./reference.ts";
import { randomVector, type Situation, situations } from "./situation.ts";

const plain = { learningRate: 1, momentum: 0, weightDecay: 0 };

/** All examples as one batch, forward and with the outputs' deltas set. */
async function openBatch({ spec, start, examples }: Situation, options: Partial<TrainingOptions> = {}) {
  const primitives = await openPrimitives();
  const arena = new Arena(primitives.memory, ADDRESSABLE);
  const layout = new ArenaLayout(primitives.firstFree());
  const { count } = examples;
  const session = layOutSession(primitives, arena, layout, prepareExamples(examples, spec), count, (input) =>
    mlpKernel.layOut(primitives, layout, { ...spec, hidden: hiddenOf(spec) }, input, count),
  );
  const { model } = session;
  const rule = layOutStep(arena, layout, model.parameters, { ...plain, ...options });
  arena.fit(layout.end, "a test");
  session.open(start);
  rule.write();
  session.load(Uint32Array.from({ length: count }, (_, row) => row));
  const objective = classificationKernel.open(primitives, arena, {}, {});
  objective.loss(session, model.forward(count), count);
  const parameters = () => readParameters(arena, model.parameters, model.parameters.address);
  return { arena, model, rule, count, parameters };
}

const hiddenOf = (spec: Situation["spec"]) =>
  denseLayers(spec)
    .slice(1)
    .map(({ inputs }) => inputs);

describe("the deltas of all layers", () => {
  it("scaled by example make the sum of the examples' gradients scaled, in any depth, width and input", async () => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const { spec, start, examples } = situation;
        const { arena, model, rule, count, parameters } = await openBatch(situation);
        const stream = randomStream(11, "start");
        // some none at all, as an example that is left out
        const shares = Float32Array.from({ length: count }, () => Math.max(0, 2 * stream.unit() - 0.5));
        model.propagate(count);
        expect(parameters()).toEqual(start);
        for (const { delta, outputs, stride } of model.layers) {
          shares.forEach((share, row) => {
            const first = (delta + row * stride) / 4;
            for (let o = first; o < first + outputs; o++)
              arena.floats[o] = share * (arena.floats[o] as number);
          });
        }
        model.step(rule);
        const expected = new Float64Array(start.length);
        shares.forEach((share, row) => {
          const { gradient } = lossAndGradient(spec, start, examples, [row]);
          gradient.forEach((g, k) => {
            expected[k] = (expected[k] as number) + (share * g) / count;
          });
        });
        if (shares.every((share) => share === 0)) expect(parameters()).toEqual(start);
        else {
          const after = expected.map((g, k) => (start[k] as number) - g);
          expect(distance(parameters(), after)).toBeLessThan(1e-6);
          const change = parameters().map((w, k) => (start[k] as number) - w);
          // float32 of weights near 1 hides what is smaller than 2^-24 of them
          const hidden = 1e-7 * Math.sqrt(start.length);
          const missed = Math.hypot(...change.map((c, k) => c - (expected[k] as number)));
          expect(missed).toBeLessThan(1e-4 * Math.hypot(...expected) + hidden);
        }
      }),
      { numRuns: 120, seed: 4 },
    );
  });

  it("as they are make the bits of the fused path", async () => {
    await fc.assert(
      fc.asyncProperty(situations, fc.boolean(), async (situation, general) => {
        const options = general
          ? { momentum: 0.9, weightDecay: 0.01, velocity: randomVector(situation.spec, 3) }
          : {};
        const fused = await openBatch(situation, options);
        fused.model.backward(fused.rule, fused.count);
        const apart = await openBatch(situation, options);
        apart.model.propagate(apart.count);
        apart.model.step(apart.rule);
        expect(apart.parameters()).toEqual(fused.parameters());
        expect(apart.rule.velocity()).toEqual(fused.rule.velocity());
        expect(fused.parameters()).not.toEqual(situation.start);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
