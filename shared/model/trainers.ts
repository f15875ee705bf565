import { trainerUnavailable } from "../errors.ts";
import type { TaskFit } from "../task/fit.ts";
import { type EvaluationSums, type TaskSettings, taskOf } from "../task/tasks.ts";
import type { KernelObjective } from "./kernel/objective.ts";
import { type KernelSettings, openKernelTrainer } from "./kernel/trainer.ts";
import { kindOf, layoutOf, type ModelSpec } from "./spec.ts";
import type { TfjsObjective } from "./tfjs/objective.ts";
import type { Trainer } from "./trainer.ts";

/** Set by the bundler. false leaves TensorFlow.js out of the bundle; outside bundles it is always at hand. */
declare const FEDSTEP_TFJS: boolean | undefined;

export type TrainerName = "kernel" | "tfjs";

/** How a trainer is opened. */
interface Opening extends KernelSettings {
  /** What a plan has fitted the task to. */
  readonly fit?: TaskFit | undefined;
}

/** What of a plan a trainer follows from. */
interface Planned {
  readonly config: { readonly training: { readonly trainer: TrainerName }; readonly task: TaskSettings };
  readonly model: ModelSpec;
  readonly fit?: TaskFit | undefined;
}

/** The trainer that a plan asks for. @throws TrainerUnavailable */
export function trainerOf({ config, model, fit }: Planned): Promise<Trainer> {
  return openTrainer(config.training.trainer, model, config.task, { fit });
}

/**
 * The trainer of that name for a model and its task.
 * @param settings of the task
 * @throws TrainerUnavailable where it cannot train the kind, or for the task, and for tfjs in a bundle without it
 */
export async function openTrainer(
  name: TrainerName,
  model: ModelSpec,
  settings: TaskSettings,
  { fit = {}, ...kernelSettings }: Opening = {},
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
    return openKernelTrainer(
      model,
      kernel,
      { objective, settings, fit, wrongTarget },
      called,
      kernelSettings,
    );
  }
  if (name === "tfjs" && tfjs && objectives.tfjs) {
    if (typeof FEDSTEP_TFJS !== "undefined" && !FEDSTEP_TFJS) {
      throw trainerUnavailable(
        "trainer tfjs is not part of this deployment: deploy with `-c tfjs=true`, or choose trainer kernel",
      );
    } else {
      const { openTfjsTrainer } = await import("./tfjs/trainer.ts");
      const objective = objectives.tfjs as TfjsObjective<TaskSettings, EvaluationSums>;
      return openTfjsTrainer(model, layoutOf(model), tfjs, { objective, settings, fit, wrongTarget });
    }
  }
  throw trainerUnavailable(`training.trainer: ${name} cannot train a model of kind ${kind.name}`);
}
