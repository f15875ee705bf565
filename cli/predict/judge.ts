import type { Asked } from "../../report/asked-figures.ts";
import { type EvaluationSums, figuresOf, outputsOf, taskOf } from "../../shared/task/tasks.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { Answer } from "./answer.ts";
import type { Example } from "./example.ts";
import type { TrainedModel } from "./read-models.ts";

/**
 * How each model does on the examples whose class or number is known, by the sums that clients send: two classes at the
 * threshold that was chosen in the run, and at none that these examples would choose.
 * @returns none where nothing is known
 */
export function judged(
  { config, dataset, ...result }: Result,
  models: readonly TrainedModel[],
  answered: readonly (Answer & Pick<Example, "label">)[],
): Asked[] {
  const known = answered.filter(({ label }) => label !== undefined);
  if (known.length === 0) return [];
  const task = taskOf(config);
  return models.map(({ name, fit }) => {
    const tally = task.tally(fit, outputsOf(config, dataset));
    for (const { label, outputs } of known) {
      if (label !== undefined && outputs[name]) tally.add(outputs[name], label);
    }
    const sums = tally.sums() as EvaluationSums;
    const ofRun = result[name] ?? result.federated;
    return {
      name,
      examples: sums.examples,
      figures: figuresOf(task, sums),
      scored: task.hasScore(sums),
      config: { ...config, task: task.chosen?.(config.task, ofRun) ?? config.task } as Result["config"],
    };
  });
}
