import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { kindOf } from "./spec.ts";

/** Whether the trainer of a configuration can train its kind of model. @throws ConfigInvalid */
export function checkModel({ model, training }: Config): void {
  const { name, trainers } = kindOf(model);
  if (trainers[training.trainer]) return;
  throw configInvalid(
    `training.trainer: got "${training.trainer}", which cannot train a model of kind ${name}; takes ${Object.keys(trainers).join(", ")}`,
  );
}
