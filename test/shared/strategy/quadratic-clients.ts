import type { ClientPart } from "../../../shared/strategy/client-part.ts";
import type { ClientUpdate, LocalTraining, Vectors } from "../../../shared/strategy/client-update.ts";

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

/** Gradient descent with the strategy's hooks, in the trainer's convention. */
export function trainQuadratic(
  part: ClientPart,
  client: number,
  { examples, steps, curvature, centre }: QuadraticClient,
  global: Float32Array,
  received: Vectors,
  kept: Vectors,
  training: LocalTraining,
): { update: ClientUpdate; kept: Vectors } {
  const start = { global, received, kept, training };
  const { proximal, correction } = part.hooks(start);
  const velocity = new Float64Array(global.length);
  const w = Float64Array.from(global);
  for (let step = 0; step < steps; step++) {
    w.forEach((at, i) => {
      const pull = proximal ? proximal.mu * (at - (proximal.anchor[i] ?? NaN)) : 0;
      const gradient = (curvature[i] ?? NaN) * (at - (centre[i] ?? NaN)) + pull + (correction?.[i] ?? 0);
      velocity[i] = training.momentum * (velocity[i] ?? NaN) + gradient;
      w[i] = at - training.learningRate * (velocity[i] ?? NaN);
    });
  }
  const parameters = Float32Array.from(w);
  const end = part.conclude(start, { parameters, steps });
  return { update: { client, examples, steps, parameters, sent: end.sent }, kept: end.kept };
}
