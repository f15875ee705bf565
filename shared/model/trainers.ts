import { trainerUnavailable } from "../errors.ts";
import { openKernelTrainer } from "./kernel/trainer.ts";
import type { ModelShape } from "./shape.ts";
import type { Trainer } from "./trainer.ts";

/** Set by the bundler. false leaves TensorFlow.js out of the bundle; outside bundles it is always at hand. */
declare const FEDSTEP_TFJS: boolean | undefined;

export type TrainerName = "kernel" | "tfjs";

/**
 * The trainer of that name for models of that shape.
 * @throws TrainerUnavailable for tfjs in a bundle without it
 */
export async function openTrainer(name: TrainerName, shape: ModelShape): Promise<Trainer> {
  if (name === "kernel") return openKernelTrainer(shape);
  if (typeof FEDSTEP_TFJS !== "undefined" && !FEDSTEP_TFJS) {
    throw trainerUnavailable(
      "trainer tfjs is not part of this deployment: deploy with `-c tfjs=true`, or choose trainer kernel",
    );
  } else {
    const { openTfjsTrainer } = await import("./tfjs/trainer.ts");
    return openTfjsTrainer(shape);
  }
}
