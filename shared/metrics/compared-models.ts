import type { Result } from "../workflow/result-record.ts";
import type { BaselineEpoch, RoundMetrics } from "../workflow/round-records.ts";

type Evaluated = Pick<RoundMetrics, "evaluated" | "clients">;
type Centralized = Pick<BaselineEpoch, "examples" | "accuracy" | "clients">;

/**
 * Both models over the examples that both were evaluated on: figures over different ones say nothing of each other.
 * The baseline is evaluated on everybody's, the federated model by whoever reported, so where clients stayed silent
 * the baseline's figure is that of the others alone. null where that cannot be told.
 * @param federated the round that evaluated the model
 * @param baseline its last epoch
 */
export function compareModels(
  { evaluated, clients }: Evaluated,
  { examples, accuracy, clients: parts = [] }: Centralized,
): Result["compared"] {
  // nobody evaluates what the baseline is not evaluated on, so as many are the same
  if (evaluated.examples === examples) return over(examples, evaluated.accuracy, accuracy);
  const reported = new Map(clients.map((one) => [one.client, one.examples]));
  let [common, right] = [0, 0];
  for (const part of parts) {
    const count = reported.get(part.client);
    if (!count || count !== part.examples) continue;
    common += count;
    // an accuracy is a quotient of two counts
    right += Math.round(part.accuracy * count);
  }
  return common === evaluated.examples ? over(common, evaluated.accuracy, right / common) : null;
}

function over(examples: number, federated: number, baseline: number): Result["compared"] {
  return examples > 0 ? { examples, federated, baseline } : null;
}
