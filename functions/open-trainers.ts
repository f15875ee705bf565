import type { Trainer } from "../shared/model/trainer.ts";
import { openTrainer } from "../shared/model/trainers.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";

/** The trainer of the latest model; kept, since a warm environment mostly serves one run. */
export class OpenTrainers {
  #latest: { readonly key: string; readonly trainer: Promise<Trainer> } | undefined;

  of({ config, model }: Plan): Promise<Trainer> {
    const key = JSON.stringify([config.training.trainer, model, config.task]);
    if (this.#latest?.key !== key) {
      this.#latest = { key, trainer: openTrainer(config.training.trainer, model, config.task) };
    }
    return this.#latest.trainer;
  }
}
