import { trainerUnavailable } from "../errors.ts";
import { type KernelSettings, openKernelTrainer } from "./kernel/trainer.ts";
import { kindOf, layoutOf, type ModelSpec } from "./spec.ts";
import type { Trainer } from "./trainer.ts";

/** Set by the bundler. false leaves TensorFlow.js out of the bundle; outside bundles it is always at hand. */
declare const FEDSTEP_TFJS: boolean | undefined;

export type TrainerName = "kernel" | "tfjs";

/**
 * The trainer of that name for a model.
 * @param settings of the kernel's
 * @throws TrainerUnavailable where it cannot train the kind, and for tfjs in a bundle without it
 */
export async function openTrainer(
  name: TrainerName,
  model: ModelSpec,
  settings?: KernelSettings,
): Promise<Trainer> {
  const kind = kindOf(model);
  const { kernel, tfjs } = kind.trainers;
  if (name === "kernel" && kernel) {
    return openKernelTrainer(model, kernel, kind.shortName(model), settings);
  }
  if (name === "tfjs" && tfjs) {
    if (typeof FEDSTEP_TFJS !== "undefined" && !FEDSTEP_TFJS) {
      throw trainerUnavailable(
        "trainer tfjs is not part of this deployment: deploy with `-c tfjs=true`, or choose trainer kernel",
      );
    } else {
      const { openTfjsTrainer } = await import("./tfjs/trainer.ts");
      return openTfjsTrainer(model, layoutOf(model), tfjs);
    }
  }
  throw trainerUnavailable(`training.trainer: ${name} cannot train a model of kind ${kind.name}`);
}
