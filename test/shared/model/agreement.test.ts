import { describe, expect, it } from "vitest";
import { activationNames } from "../../../shared/model/mlp/dense-layers.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { meanLoss } from "../../../shared/task/evaluation.ts";
import { mlpOf } from "./mlp-of.ts";
import { type InputKind, shuffled, situation } from "./situation.ts";

describe.each<InputKind>(["sparse bytes", "dense floats"])("ten epochs on %s", (kind) => {
  const cases = activationNames.flatMap((activation) =>
    [0, 0.9].map((momentum) => ({ activation, momentum })),
  );
  it.each(cases)("end at the same loss with either trainer, $activation, momentum $momentum", async (one) => {
    const { activation, momentum } = one;
    const spec = mlpOf(60, [32, 16], 10, activation);
    const { start, examples } = situation(spec, 300, kind, 21);
    const runs = await Promise.all(
      (["kernel", "tfjs"] as const).map(async (name) => {
        const trainer = await openTrainer(name, spec, { kind: "classification" });
        const prepared = trainer.prepare(examples);
        const before = meanLoss(await trainer.evaluate(start, prepared));
        const { parameters, lossSum } = await trainer.train(start, prepared, {
          learningRate: momentum ? 0.02 : 0.3,
          batchSize: 16,
          epochs: 10,
          momentum,
          weightDecay: 0,
          order: shuffled(examples.count),
        });
        return { before, after: meanLoss(await trainer.evaluate(parameters, prepared)), lossSum };
      }),
    );
    const [kernel, tfjs] = runs as [(typeof runs)[0], (typeof runs)[0]];
    // three digits say something only where training got somewhere
    expect(kernel.after).toBeLessThan(0.6 * kernel.before);
    expect(Math.abs(kernel.after - tfjs.after)).toBeLessThan(5e-4 * tfjs.after);
    expect(Math.abs(kernel.lossSum - tfjs.lossSum)).toBeLessThan(5e-4 * tfjs.lossSum);
  });
});
