import { trainerUnavailable } from "../errors.ts";
import { type EvaluationSums, type TaskSettings, taskOf } from "../task/tasks.ts";
import type { KernelObjective } from "./kernel/objective.ts";
import { type KernelSettings, openKernelTrainer } from "./kernel/trainer.ts";
import { kindOf, layoutOf, type ModelSpec } from "./spec.ts";
import type { TfjsObjective } from "./tfjs/objective.ts";
import type { Trainer } from "./trainer.ts";

/** Set by the bundler. false leaves TensorFlow.js out of the bundle; outside bundles it is always at hand. */
declare const FEDSTEP_TFJS: boolean | undefined;

export type TrainerName = "kernel" | "tfjs";

/**
 * The trainer of that name for a model and its task.
 * @param settings of the task
 * @throws TrainerUnavailable where it cannot train the kind, or for the task, and for tfjs in a bundle without it
 */
export async function openTrainer(
  name: TrainerName,
  model: ModelSpec,
  settings: TaskSettings,
  kernelSettings?: KernelSettings,
): Promise<Trainer> {
  const kind = kindOf(model);
  const task = taskOf({ task: settings });
  const { wrongTarget } = task;
  const { kernel, tfjs } = kind.trainers;
  const objectives = task.trainers;
  if (!objectives[name]) {
    throw trainerUnavailable(`training.trainer: ${name} cannot train for the task ${task.name}`);
  }
  if (name === "kernel" && kernel && objectives.kernel) {
    const objective = objectives.kernel as KernelObjective<TaskSettings, EvaluationSums>;
    const called = kind.shortName(model);
    return openKernelTrainer(model, kernel, { objective, settings, wrongTarget }, called, kernelSettings);
  }
  if (name === "tfjs" && tfjs && objectives.tfjs) {
    if (typeof FEDSTEP_TFJS !== "undefined" && !FEDSTEP_TFJS) {
      throw trainerUnavailable(
        "trainer tfjs is not part of this deployment: deploy with `-c tfjs=true`, or choose trainer kernel",
      );
    } else {
      const { openTfjsTrainer } = await import("./tfjs/trainer.ts");
      const objective = objectives.tfjs as TfjsObjective<TaskSettings, EvaluationSums>;
      return openTfjsTrainer(model, layoutOf(model), tfjs, { objective, settings, wrongTarget });
    }
  }
  throw trainerUnavailable(`training.trainer: ${name} cannot train a model of kind ${kind.name}`);
}
