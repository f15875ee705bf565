import * as z from "zod";
import type { ClientProcedure } from "../client/procedure.ts";
import type { LocalTraining } from "../client/update.ts";
import { likeModel } from "../model/vector-shape.ts";
import { defineStrategy } from "./define.ts";
import { accumulatedSteps } from "./local-steps.ts";
import { fromSums, stepped } from "./reductions.ts";
import { nameField, serverLearningRate } from "./settings.ts";

/**
 * SCAFFOLD (Karimireddy et al. 2020, "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning", algorithm
 * 1, option II). A client adds c - c_k to every gradient, K steps at learning rate eta, and then sets
 *
 *   c_k+ = c_k - c + (x - y_k) / (K eta)
 *
 * which is its mean gradient over the round; with momentum K is accumulatedSteps. The server sets
 *
 *   x = x + learningRate sum_S (n_k / n_S) (y_k - x)      c = c + sum_S (n_k / n) (c_k+ - c_k)
 *
 * over the round's clients S, n_S their examples and n the whole federation's. The paper has clients of one weight:
 * n_k / n_S = 1 / |S| and n_k / n = 1 / N. Weighted by examples, c stays the weighted mean of all c_k, as it is the
 * plain one there, and with controls of zero the result is FedAvg's, bit for bit.
 */
export const scaffold = defineStrategy(
  z
    .strictObject({ name: nameField("SCAFFOLD"), learningRate: serverLearningRate(1) })
    .describe("FedAvg whose clients correct their drift (Karimireddy et al. 2020, arXiv:1910.06378)."),
  ({ learningRate }) => ({
    state: { control: { shape: likeModel, initial: 0 } },
    client: controlled,
    reduction: fromSums(({ change, sent, examples }, { global, state, federationExamples }) => ({
      parameters: stepped(global, change, examples, learningRate),
      state: {
        control: stepped(state.control as Float32Array, sent.change as Float64Array, federationExamples),
      },
    })),
  }),
);

const controlled: ClientProcedure = {
  receives: ["control"],
  keeps: { control: likeModel },
  sends: { model: true, vectors: { change: likeModel } },
  work: { trainings: 1, evaluations: 0 },
  addsTerm: true,
  async run({ global, received, kept, training, train }) {
    const server = received.control as Float32Array;
    const own = kept?.control ?? new Float32Array(global.length);
    const correction = server.map((c, i) => c - (own[i] as number));
    // without the term the trainer takes FedAvg's very steps
    const corrects = correction.some((value) => value !== 0);
    const trained = await train(global, corrects ? { correction } : {});
    const distance = distanceOf(trained.steps, training);
    const control = new Float32Array(global.length);
    const change = new Float32Array(global.length);
    for (let i = 0; i < control.length; i++) {
      const moved = (global[i] as number) - (trained.parameters[i] as number);
      control[i] = (own[i] as number) - (server[i] as number) + moved / distance;
      change[i] = (control[i] as number) - (own[i] as number);
    }
    return { trained, kept: { control }, sent: { change } };
  },
  refute({ global, received, training }, { parameters, steps, sent }) {
    const [server, change] = [received.control as Float32Array, sent.change as Float32Array];
    const distance = distanceOf(steps, training);
    let [missed, size] = [0, 0];
    for (let i = 0; i < global.length; i++) {
      const [w, moved] = [global[i] as number, (global[i] as number) - (parameters[i] as number)];
      const implied = moved - distance * (server[i] as number);
      missed += (distance * (change[i] as number) - implied) ** 2;
      size += w * w + implied * implied;
    }
    if (Math.sqrt(missed) <= rounding * Math.sqrt(size)) return undefined;
    return (
      "the change of its control is not what its model tells: over the round's steps they differ by " +
      `${Math.sqrt(missed)}, where model and change have norm ${Math.sqrt(size)}`
    );
  },
};

/** Over which a gradient makes a client's change, K eta above. */
function distanceOf(steps: number, { momentum, learningRate }: LocalTraining): number {
  return accumulatedSteps(steps, momentum) * learningRate;
}

/**
 * c_k+ - c_k = (x - y_k) / (K eta) - c, but for c_k, which is rounded to float32 and which the server does not know. Its
 * rounding is 2^-24 of a mean gradient: over the steps of a round far less than this share of the model.
 */
const rounding = 1e-3;
