import { localTraining } from "../../shared/client/local-training.ts";
import { trainOnce } from "../../shared/client/procedure.ts";
import { learningRateAt } from "../../shared/model/learning-rate.ts";
import { initialParameters } from "../../shared/model/parameters.ts";
import type { Trainer } from "../../shared/model/trainer.ts";
import { startName } from "../../shared/secure-aggregation/settings.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { PreparedShard } from "./prepared-shard.ts";

/**
 * The model that a client comes to without the others: from the start that the run's seed draws it trains in so many rounds
 * as a client of FedAvg does in each of them (the round's learning rate, the same amount of work, the orders that round and
 * client draw, the run's scaling), and its own model is what the next round starts from. So it is the model of a run in which
 * this client alone reports. What strategy and update stages add for the others' sake (a proximal term, controls, clipping)
 * is left out, and it trains in the rounds too that did not select it.
 * @param rounds as many as the run has trained
 * @returns flat, by the layout
 * @throws TrainingDiverged
 */
export async function trainAlone(
  { run, config, model }: Plan,
  { client, rounds }: { readonly client: number; readonly rounds: number },
  shard: PreparedShard,
  trainer: Trainer,
): Promise<Float32Array> {
  const blame = "it was trained alone, where a learning rate may be too large that the others make up for";
  let parameters = initialParameters(model, config.seed, startName({ run, config }));
  for (let round = 1; round <= rounds; round++) {
    const learningRate = learningRateAt(config.training, round);
    const local = { config, round, client, learningRate, trainer, blame, ...shard };
    parameters = (await localTraining(local, trainOnce).train(parameters)).parameters;
  }
  return parameters;
}
