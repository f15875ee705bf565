import type { ClientProcedure, Trained, TrainingChoice } from "../../../shared/client/procedure.ts";
import type { ClientUpdate, LocalTraining } from "../../../shared/client/update.ts";
import type { Vectors } from "../../../shared/model/vector-shape.ts";
import { someRandom } from "../client/some-random.ts";
import { flatLayout } from "./rounds.ts";

/** A client with F(w) = sum_i curvature_i (w_i - centre_i)^2 / 2, whose gradient is known exactly. */
export interface QuadraticClient {
  readonly examples: number;
  readonly steps: number;
  readonly curvature: readonly number[];
  readonly centre: readonly number[];
}

/** Three that disagree in every way: examples, steps, where they want to go and how much. */
export const disagreeing: readonly QuadraticClient[] = [
  { examples: 100, steps: 2, curvature: [1, 3], centre: [-1, 2] },
  { examples: 300, steps: 25, curvature: [2, 0.5], centre: [3, 0] },
  { examples: 50, steps: 7, curvature: [0.4, 1], centre: [0.5, -4] },
];

/** Where sum_k n_k F_k is least: the mean of the centres, weighted by examples and curvature. */
export function optimum(clients: readonly QuadraticClient[]): number[] {
  return (clients[0]?.centre ?? []).map((_, i) => {
    const weights = clients.map(({ examples, curvature }) => examples * (curvature[i] ?? NaN));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return clients.reduce(
      (sum, { centre }, k) => sum + ((weights[k] ?? NaN) / total) * (centre[i] ?? NaN),
      0,
    );
  });
}

/** A round of the procedure, whose trainings are gradient descent in the trainer's convention. */
export async function trainQuadratic(
  procedure: ClientProcedure,
  client: number,
  quadratic: QuadraticClient,
  global: Float32Array,
  received: Vectors,
  kept: Vectors | null,
  training: LocalTraining,
): Promise<{ update: ClientUpdate; kept: Vectors }> {
  const { examples, steps } = quadratic;
  const { trained, sent, ...end } = await procedure.run({
    global,
    layout: flatLayout(global.length),
    received,
    kept,
    training,
    random: someRandom,
    train: async (start, terms = {}) => descend(quadratic, start, terms, training),
    evaluate: () => Promise.reject(new Error("nothing is held out")),
  });
  return { update: { client, examples, steps, parameters: trained.parameters, sent }, kept: end.kept };
}

function descend(
  { steps, curvature, centre }: QuadraticClient,
  start: Float32Array,
  { proximal, correction }: TrainingChoice,
  { momentum, learningRate }: LocalTraining,
): Trained {
  const velocity = new Float64Array(start.length);
  const w = Float64Array.from(start);
  for (let step = 0; step < steps; step++) {
    w.forEach((at, i) => {
      const pull = proximal ? proximal.mu * (at - (proximal.anchor[i] ?? NaN)) : 0;
      const gradient = (curvature[i] ?? NaN) * (at - (centre[i] ?? NaN)) + pull + (correction?.[i] ?? 0);
      velocity[i] = momentum * (velocity[i] ?? NaN) + gradient;
      w[i] = at - learningRate * (velocity[i] ?? NaN);
    });
  }
  const distance = Math.hypot(...w.map((at, i) => at - (start[i] ?? NaN)));
  const parameters = Float32Array.from(w);
  return { parameters, steps, lossSum: 0, start, distance };
}
