/**
 * ||a||_1 of SGD with momentum that starts at rest: how much of the clients' gradients, weighted as they enter the
 * model, a client's change holds. Its change is -learningRate sum_k a_k g_k with a_k = 1 + rho + ... +
 * rho^(steps - k), so that
 *
 *   ||a||_1 = (steps - rho (1 - rho^steps) / (1 - rho)) / (1 - rho)
 *
 * (Wang et al. 2020, "Tackling the Objective Inconsistency Problem in Heterogeneous Federated Optimization",
 * section 4.2); without momentum that is the number of steps. Summed step by step, since pow is not rounded alike
 * everywhere.
 */
export function accumulatedSteps(steps: number, momentum: number): number {
  if (momentum === 0) return steps;
  let weight = 0;
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    weight = 1 + momentum * weight;
    sum += weight;
  }
  return sum;
}
