import type { TaskKind } from "../task/task-kind.ts";
import { type HasTask, type Scored, scoreOf, scoreOrNull, taskOf } from "../task/tasks.ts";
import type { Result } from "../workflow/result-record.ts";
import type { BaselineEpoch, RoundMetrics } from "../workflow/round-records.ts";

type Evaluated = Pick<RoundMetrics, "evaluated" | "clients">;
type Part = NonNullable<BaselineEpoch["clients"]>[number];
type Centralized = Scored & Pick<BaselineEpoch, "examples" | "clients">;

/**
 * Both models over the examples that both were evaluated on: figures over different ones say nothing of each other.
 * The baseline is evaluated on everybody's, the federated model by whoever reported, so where clients stayed silent
 * the baseline's figure is that of the others alone. null where that cannot be told.
 * @param config says the task, whose score is compared
 * @param federated the round that evaluated the model
 * @param baseline its last epoch
 */
export function compareModels(
  config: HasTask,
  { evaluated, clients }: Evaluated,
  baseline: Centralized,
): Result["compared"] {
  // nobody evaluates what the baseline is not evaluated on, so as many are the same
  const task = taskOf(config);
  const { examples, clients: parts = [] } = baseline;
  const federated = scoreOf(task, evaluated);
  if (evaluated.examples === examples) return over(examples, federated, scoreOf(task, baseline));
  const reported = new Map(clients.map((one) => [one.client, one.examples]));
  const both = parts.flatMap((part) => {
    const count = reported.get(part.client);
    return count && count === part.examples ? [{ ...part, examples: count }] : [];
  });
  const common = both.reduce((sum, part) => sum + part.examples, 0);
  const beside = scoreOfAll(task, both);
  return common === evaluated.examples && beside !== undefined ? over(common, federated, beside) : null;
}

/** The score over the union of the parts' examples; undefined where they do not tell it. */
function scoreOfAll(task: TaskKind, parts: readonly (Part & { readonly examples: number })[]) {
  const { pooling, score } = task;
  if (pooling) return pooling.scoreOf(parts.map(({ toPool }) => toPool));
  const scored = parts.flatMap((part) => {
    const own = scoreOrNull(task, part);
    return own === null ? [] : [{ examples: part.examples, score: own }];
  });
  return scored.length === parts.length ? score.pooled?.(scored) : undefined;
}

function over(examples: number, federated: number, baseline: number): Result["compared"] {
  return examples > 0 ? { examples, federated, baseline } : null;
}
