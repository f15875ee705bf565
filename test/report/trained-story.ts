import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import type { Story } from "../../report/story.ts";
import { epochOrders } from "../../shared/model/orders.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import { openTrainer } from "../../shared/model/trainers.ts";
import { randomStream } from "../../shared/random.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";
import { toldStory } from "./told-story.ts";

const model = mlpOf(784, [64], 10);

/** A story with two models that have learned digits: on the embedded sample, for some seconds. */
export async function trainedStory(): Promise<Story> {
  const { examples } = await openEmbeddedSample();
  const trainer = await openTrainer("kernel", model, { kind: "classification" });
  const prepared = trainer.prepare(examples);
  const train = async (seed: number) => {
    const { parameters } = await trainer.train(initialParameters(model, seed), prepared, {
      learningRate: 0.1,
      batchSize: 16,
      epochs: 4,
      momentum: 0,
      weightDecay: 0,
      order: epochOrders(examples.count, randomStream(seed, "baseline-order", 1)),
    });
    return parameters;
  };
  return toldStory({
    models: { model, scaling: null, fit: {}, federated: await train(1), baseline: await train(2) },
  });
}
