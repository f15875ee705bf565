import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { taskOf } from "../task/tasks.ts";
import { kindOf } from "./spec.ts";
import type { TrainerName } from "./trainers.ts";

/** Whether the trainer of a configuration can train its kind of model, and for its task. @throws ConfigInvalid */
export function checkModel(config: Config): void {
  const kind = kindOf(config.model);
  const task = taskOf(config);
  check(config, kind.trainers, `train a model of kind ${kind.name}`);
  check(config, task.trainers, `train for the task ${task.name}`);
}

function check(
  { training }: Config,
  trainers: Readonly<Partial<Record<TrainerName, unknown>>>,
  what: string,
): void {
  if (trainers[training.trainer]) return;
  throw configInvalid(
    `training.trainer: got "${training.trainer}", which cannot ${what}; takes ${Object.keys(trainers).join(", ")}`,
  );
}
