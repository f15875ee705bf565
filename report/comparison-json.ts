import { byKey } from "../shared/task/detail.ts";
import { type Figures, pickFigures, taskOf } from "../shared/task/tasks.ts";
import type { Result } from "../shared/workflow/result-record.ts";
import { warningsOf } from "./model-details.ts";
import type { RunComparison } from "./run-comparison.ts";

/** Several runs beside each other, for programs: all that their records say of their models. */
export function comparisonInJson({ results, data, evaluated, differences }: RunComparison) {
  return {
    runs: results.map((result) => {
      const { run, federated, baseline, compared, ratio, seconds, invocations } = result;
      return {
        run,
        federated: { ...modelInJson(result, federated), rounds: federated.rounds.length },
        baseline: baseline && { ...modelInJson(result, baseline), epochs: baseline.epochs.length },
        compared,
        ratio,
        warnings: warningsOf(result),
        seconds,
        gbSeconds: invocations.gbSeconds,
      };
    }),
    data,
    evaluated,
    differences: differences.map(({ path, values }) => ({
      path,
      // a field that a run does not have is null
      values: values.map(({ value, runs }) => ({ value: value ?? null, runs })),
    })),
  };
}

/** All that a record says of a model, what follows from it, and what whoever knows nothing scores on the same examples. */
function modelInJson({ config, dataset }: Result, model: Figures & { readonly examples: number }) {
  const task = taskOf(config);
  const details = task.details(model, config.task, dataset);
  return {
    examples: model.examples,
    ...pickFigures(task, model),
    details: byKey(details),
    trivial: task.trivial(model) ?? null,
  };
}
