import type * as z from "zod";
import { updateSalt } from "../../shared/client/randomness.ts";
import { updateKey } from "../../shared/client/update-key.ts";
import { assertEvaluated } from "../../shared/model/assert-finite.ts";
import { learningRateAt } from "../../shared/model/learning-rate.ts";
import { addsNoiseTogether, centralNoiseIn, sharedNoiseIn } from "../../shared/privacy/private-steps.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import { figuresOf, scoreOf, taskOf } from "../../shared/task/tasks.ts";
import { type ClientReport, trainClientInput } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { UpdateHeader } from "../../shared/workflow/round-records.ts";
import { headerMetadata } from "../../storage/header-metadata.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import type { Invocation, Step } from "../invocation.ts";
import { OpenTrainers } from "../open-trainers.ts";
import type { ClientData } from "./client-data.ts";
import { trainClientFootprint } from "./footprint.ts";
import { writeMaskedUpdate } from "./masked-update.ts";
import { type NoisedUpdate, noisedChange, noisedUpdate } from "./noised-update.ts";
import { openUpdate, type TrainedUpdate, type TrainingClient, trainedUpdate } from "./trained-update.ts";

type Input = z.output<typeof trainClientInput>;
/** Of a client that did not fail. */
type WorkedReport = Exclude<ClientReport, { error: unknown }>;

/**
 * One client's part in one round: evaluates the global model on the examples that the client holds out, trains it
 * on the others, writes one update. Counts, sums and weights leave the client, examples do not.
 */
export function trainClient(objects: Objects, data: ClientData): Step<Input, WorkedReport> {
  const plans = new Plans(objects);
  const trainers = new OpenTrainers();

  return {
    name: trainClientFootprint.name,
    input: trainClientInput,
    errorCharacters: 400,
    async work({ run, plan: seal, round, attempt, task, client, chainSha256 }, invocation) {
      const from = Date.now();
      const { timed } = invocation;
      invocation.note({ task });
      const plan = await plans.of(run, seal);
      const learningRate = learningRateAt(plan.config.training, round);
      const trainer = await trainers.of(plan);
      const [before, shard] = await timed("read", () =>
        Promise.all([
          readLinkedGlobal(objects, plan, round - 1, chainSha256),
          data.shard(plan, client, trainer),
        ]),
      );
      const evaluation = await timed("evaluate", () => trainer.evaluate(before.parameters, shard.test));
      const blame = blameOf(learningRate, round);
      assertEvaluated(evaluation, `the global model of round ${round - 1} with client ${client}`, blame);
      const hides = centralNoiseIn(plan.config) !== undefined;
      const secret = await data.secret(plan, client);
      const trained =
        task === "evaluate"
          ? undefined
          : await updateOf(
              objects,
              plan,
              { round, attempt, client, before, shard, secret, trainer, learningRate, blame },
              timed,
            );
      // what it wrote it may not read: it says the digest, and AggregateRound compares
      const sha256 = await timed("write", async () => {
        if (hasMasks(plan.config)) {
          const { weightsSha256: globalSha256 } = before;
          const context = { run, attempt, round, plan: seal, chainSha256, globalSha256 };
          return writeMaskedUpdate(objects, plan, { client, context, secret, evaluation, trained });
        }
        if (trained && "units" in trained)
          throw new RangeError("a noised sum leaves the client behind masks alone");
        const { tensors, told } = trained
          ? await openUpdate(plan, trained)
          : { tensors: [], told: untrained };
        const metadata = await headerMetadata({
          ...{ run, round, client, evaluation },
          ...(data.alone && { alone: data.alone }),
          ...told,
          ...(hides && { salt: updateSalt(secret.key, { run, round, attempt, client }) }),
        } satisfies UpdateHeader);
        return objects.putTensors(updateKey(plan, client, round, attempt), tensors, metadata, "unread");
      });
      if (evaluation.examples > 0 && !hasMasks(plan.config) && !hides) {
        const kind = taskOf(plan.config);
        invocation.note({ [kind.score.name]: scoreOf(kind, figuresOf(kind, evaluation)) });
      }
      return { client, sha256, from, to: Date.now(), usage: invocation.usage() };
    },
  };
}

/** What a client has to send: where clients add noise together, its part of that sum. */
function updateOf(
  objects: Objects,
  plan: Plan,
  training: TrainingClient,
  timed: Invocation["timed"],
): Promise<TrainedUpdate | NoisedUpdate> {
  if (!addsNoiseTogether(plan.config)) return trainedUpdate(objects, plan, training, timed);
  return sharedNoiseIn(plan.config)
    ? noisedUpdate(plan, training, timed)
    : noisedChange(objects, plan, training, timed);
}

/** A client cannot tell its own divergence from one that began with a model which others had spoilt. */
function blameOf(learningRate: number, round: number): string {
  const own = `training.learningRate ${learningRate} is probably too large`;
  if (round === 1) return own;
  return `${own}, or the model of round ${round - 1} was spoilt by an update that fedstep show says stands out`;
}

const untrained = { examples: 0, steps: 0, seen: 0, lossSum: 0, sentSha256: {} };
