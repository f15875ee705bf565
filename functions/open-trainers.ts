import type { Trainer } from "../shared/model/trainer.ts";
import { trainerOf } from "../shared/model/trainers.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";

/** The trainer of the latest model; kept, since a warm environment mostly serves one run. */
export class OpenTrainers {
  #latest: { readonly key: string; readonly trainer: Promise<Trainer> } | undefined;

  of(plan: Plan): Promise<Trainer> {
    const { config, model, fit } = plan;
    const key = JSON.stringify([config.training.trainer, model, config.task, fit]);
    if (this.#latest?.key !== key) this.#latest = { key, trainer: trainerOf(plan) };
    return this.#latest.trainer;
  }
}
