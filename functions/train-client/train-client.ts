import type * as z from "zod";
import { sha256Hex, weightsSha256 } from "../../shared/digest.ts";
import { updateInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { Interval } from "../../shared/metrics/busy.ts";
import { accuracy } from "../../shared/metrics/evaluation.ts";
import { assertEvaluated, assertTrained } from "../../shared/model/assert-finite.ts";
import { learningRateAt } from "../../shared/model/learning-rate.ts";
import { localWork } from "../../shared/model/local-work.ts";
import { parameterTensors } from "../../shared/model/parameters.ts";
import { vectorTensors } from "../../shared/model/vectors.ts";
import { randomStream } from "../../shared/random.ts";
import type { Vectors } from "../../shared/strategy/client-update.ts";
import { beyondRange } from "../../shared/strategy/range.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Tensor } from "../../shared/tensors/safetensors.ts";
import { trainClientInput } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { UpdateHeader } from "../../shared/workflow/round-records.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import type { Step } from "../invocation.ts";
import { OpenTrainers } from "../open-trainers.ts";
import { openClientPart } from "./client-part.ts";
import { trainClientFootprint } from "./footprint.ts";
import { ShardCache } from "./shard-cache.ts";

type Input = z.output<typeof trainClientInput>;

/**
 * One client's part in one round: evaluates the global model on the examples that the client holds out, trains it
 * on the others, writes one update. Counts, sums and weights leave the client, examples do not.
 */
export function trainClient(
  objects: Objects,
  cacheBytes: number,
): Step<Input, { client: number; usage: Usage } & Interval> {
  const plans = new Plans(objects);
  const trainers = new OpenTrainers();
  const shards = new ShardCache(objects, cacheBytes);

  return {
    name: trainClientFootprint.name,
    input: trainClientInput,
    async work({ run, plan: seal, round, task, client, chainSha256 }, invocation) {
      const from = Date.now();
      const { timed } = invocation;
      invocation.note({ task });
      const plan = await plans.of(run, seal);
      const { training, seed } = plan.config;
      const learningRate = learningRateAt(training, round);
      const trainer = await trainers.of(plan);
      const [before, shard] = await timed("read", () =>
        Promise.all([
          readLinkedGlobal(objects, plan, round - 1, chainSha256),
          shards.get(plan, client, trainer),
        ]),
      );
      const global = before.parameters;
      const evaluation = await timed("evaluate", () => trainer.evaluate(global, shard.test));
      const blame = blameOf(learningRate, round);
      assertEvaluated(evaluation, `the global model of round ${round - 1} with client ${client}`, blame);
      const header: UpdateHeader = {
        run,
        round,
        client,
        evaluation,
        examples: 0,
        steps: 0,
        seen: 0,
        lossSum: 0,
        sentSha256: {},
      };

      const write = (tensors: Tensor[], metadata: UpdateHeader) =>
        timed("write", async () =>
          objects.putTensors(keys.update(run, round, client), tensors, await updateMetadata(metadata)),
        );

      if (task === "evaluate") {
        await write([], header);
      } else {
        const local = { ...training, learningRate };
        const part = await timed("read", () =>
          openClientPart(objects, plan, { round, client }, before, local),
        );
        const stream = randomStream(seed, "client-order", round, client);
        const { epochs, order, seen } = localWork(training, shard.train.count, stream);
        const outcome = await timed("train", () =>
          trainer.train(global, shard.train, { ...local, ...part.hooks, epochs, order }),
        );
        assertTrained(outcome, `client ${client} in round ${round}`, blame);
        const { parameters, steps, lossSum } = outcome;
        const { sent, keptSha256 } = await timed("write", () => part.conclude(outcome));
        assertSummable(plan, global, { parameters, sent }, client);
        const { model } = plan;
        await write([...parameterTensors(model, parameters), ...vectorTensors(model, sent)], {
          ...header,
          examples: shard.train.count,
          steps,
          seen,
          lossSum,
          weightsSha256: await weightsSha256(parameters),
          sentSha256: await digestsOf(sent),
          ...(keptSha256 !== undefined && { keptSha256 }),
        });
      }
      if (evaluation.examples > 0) invocation.note({ accuracy: accuracy(evaluation) });
      return { client, from, to: Date.now(), usage: invocation.usage() };
    },
  };
}

/** A client cannot tell its own divergence from one that began with a model which others had spoilt. */
function blameOf(learningRate: number, round: number): string {
  const own = `training.learningRate ${learningRate} is probably too large`;
  if (round === 1) return own;
  return `${own}, or the model of round ${round - 1} was spoilt by an update that fedstep show says stands out`;
}

/** @throws UpdateInvalid, before anything is sent that the server cannot add up */
function assertSummable(
  { config }: Plan,
  global: Float32Array,
  update: { readonly parameters: Float32Array; readonly sent: Vectors },
  client: number,
): void {
  const problem = beyondRange(openStrategy(config.federation.strategy), global, update);
  if (problem !== undefined) throw updateInvalid(`client ${client}: ${problem}`);
}

async function digestsOf(vectors: Vectors): Promise<Record<string, string>> {
  const digests = Object.entries(vectors).map(async ([name, vector]) => [name, await weightsSha256(vector)]);
  return Object.fromEntries(await Promise.all(digests));
}

/**
 * safetensors metadata holds strings only. The header's digest stands beside it: what a header counts is no part of any
 * vector's digest, and one bit can make another number of a number.
 */
export async function updateMetadata(header: UpdateHeader): Promise<Record<string, string>> {
  const update = JSON.stringify(header);
  return { update, updateSha256: await sha256Hex(new TextEncoder().encode(update)) };
}
