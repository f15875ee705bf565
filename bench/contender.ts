import * as tf from "@tensorflow/tfjs";
import type { Examples } from "../shared/dataset/examples.ts";
import { initialParameters } from "../shared/model/parameters.ts";
import type { ModelSpec } from "../shared/model/spec.ts";
import type { Trainer } from "../shared/model/trainer.ts";
import { openTrainer } from "../shared/model/trainers.ts";
import { type Case, epochOrder, learningRate, modelOf } from "./case.ts";

/** One timed epoch after the other, always from where the last one ended. */
export interface Epochs {
  /** Milliseconds of one epoch, and its mean loss. */
  next(): Promise<{ readonly milliseconds: number; readonly loss: number }>;
}

export interface Contender {
  readonly name: string;
  /** The library that multiplies a peer's matrices. */
  readonly blas?: string;
  /** So slow that it is measured fewer times. */
  readonly slow: boolean;
  open(one: Case): Promise<Epochs>;
  close(): void;
}

export type Data = Readonly<Record<Case["data"], Examples>>;

export function kernelContender(data: Data): Contender {
  return own("fedstep kernel", false, data, (model) =>
    openTrainer("kernel", model, { kind: "classification" }),
  );
}

/** @param backend of TensorFlow.js */
export function tfjsContender(data: Data, backend: "wasm" | "cpu"): Contender {
  return own(`tfjs ${backend}`, true, data, async (model) => {
    const trainer = await openTrainer("tfjs", model, { kind: "classification" });
    await tf.setBackend(backend);
    return {
      ...trainer,
      async train(...args) {
        await tf.setBackend(backend);
        return trainer.train(...args);
      },
    };
  });
}

function own(
  name: string,
  slow: boolean,
  data: Data,
  openFor: (model: ModelSpec) => Promise<Trainer>,
): Contender {
  return {
    name,
    slow,
    async open(one) {
      const model = modelOf(one.hidden);
      const trainer = await openFor(model);
      const examples = trainer.prepare(data[one.data]);
      let parameters = initialParameters(model, 1);
      let epochs = 0;
      return {
        async next() {
          const order = epochOrder(epochs++);
          const start = performance.now();
          const outcome = await trainer.train(parameters, examples, {
            learningRate: learningRate(one),
            batchSize: one.batchSize,
            epochs: 1,
            momentum: 0,
            weightDecay: 0,
            order: () => order,
          });
          const milliseconds = performance.now() - start;
          parameters = outcome.parameters;
          return { milliseconds, loss: outcome.lossSum / order.length };
        },
      };
    },
    close() {},
  };
}
