import type * as z from "zod";
import { keys } from "../../shared/layout.ts";
import { accuracy, meanLoss, mergeEvaluations } from "../../shared/metrics/evaluation.ts";
import { learningRateAt } from "../../shared/model/learning-rate.ts";
import { assertQuorum } from "../../shared/strategy/quorum.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Strategy } from "../../shared/strategy/strategy.ts";
import {
  aggregateRoundInput,
  type ClientReport,
  type FederationState,
} from "../../shared/workflow/payloads.ts";
import type { Plan, RoundMetrics } from "../../shared/workflow/records.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import type { Objects } from "../../storage/objects.ts";
import type { Invocation, Step } from "../invocation.ts";
import { Plans, readGlobal, writeGlobal } from "../model-objects.ts";
import { hasState, readState, writeState } from "../strategy-objects.ts";
import { publishRound } from "./publish-round.ts";
import { type CheckedUpdate, type RoundUpdates, readUpdates } from "./read-updates.ts";

/**
 * Ends a round: the updates that exist and pass the checks become the next global model, if the quorum is met. It
 * never sees an example, and has no right to.
 */
export function aggregateRound(
  objects: Objects,
): Step<z.output<typeof aggregateRoundInput>, FederationState> {
  const plans = new Plans(objects);
  return {
    name: "AggregateRound",
    input: aggregateRoundInput,
    async work({ run, federation, reports }, invocation) {
      const { round, task, clients } = federation;
      const { timed } = invocation;
      invocation.note({ round, task });
      const plan = await plans.of(run);
      const strategy = openStrategy(plan.config.federation.strategy);
      const received = await timed("read", () => readUpdates(objects, plan, strategy, federation, reports));
      assertQuorum(plan.config.federation.quorum, clients.length, received, round);

      const weightsSha256 =
        task === "train" ? await nextGlobal(objects, plan, round, strategy, received.updates, timed) : null;
      const metrics = metricsOf(plan, federation, received, weightsSha256);
      await timed("write", () => objects.putJson(keys.roundMetrics(run, round), metrics));
      publishRound(plan, metrics);
      invocation.note({ reported: received.updates.length, silent: received.silent.length });
      return {
        ...nextRound(plan, federation),
        usage: addUsage(federation.usage, ...reports.flatMap(usageOf), invocation.usage()),
      };
    },
  };
}

async function nextGlobal(
  objects: Objects,
  plan: Plan,
  round: number,
  strategy: Strategy,
  updates: readonly CheckedUpdate[],
  timed: Invocation["timed"],
): Promise<string> {
  const { training } = plan.config;
  const [global, before] = await timed("read", () =>
    Promise.all([readGlobal(objects, plan, round - 1), readState(objects, plan, strategy, round - 1)]),
  );
  const { parameters, state } = await timed("aggregate", async () =>
    strategy.aggregate({
      global,
      state: before.vectors,
      updates,
      training: { ...training, learningRate: learningRateAt(training, round) },
      federationExamples: plan.clients.reduce((sum, { train }) => sum + train, 0),
    }),
  );
  return timed("write", async () => {
    // before the model, so that where a global model stands the next round can go on from it
    if (hasState(strategy)) {
      const accepted = {
        ...before.accepted,
        ...Object.fromEntries(updates.map(({ client }) => [client, round])),
      };
      await writeState(objects, plan, round, { vectors: state, accepted });
    }
    return writeGlobal(objects, plan, round, parameters);
  });
}

function metricsOf(
  { shape, config }: Plan,
  { round, task, startedAt }: FederationState,
  { updates, silent }: RoundUpdates,
  weightsSha256: string | null,
): RoundMetrics {
  const union = mergeEvaluations(
    updates.map(({ evaluation }) => evaluation),
    shape.classes,
  );
  const { localEpochs } = config.training;
  return {
    round,
    task,
    evaluated: {
      round: round - 1,
      accuracy: accuracy(union),
      loss: meanLoss(union),
      confusion: union.confusion,
    },
    clients: updates.map(({ client, evaluation, examples, lossSum }) => ({
      client,
      accuracy: accuracy(evaluation),
      loss: meanLoss(evaluation),
      trainingLoss: task === "train" ? lossSum / (examples * localEpochs) : null,
    })),
    silent: [...silent],
    weightsSha256,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

/** After the last round every client evaluates once more: the final model has been seen by nobody yet. */
function nextRound(
  { config }: Plan,
  { round, task, clients }: FederationState,
): Omit<FederationState, "usage"> {
  const last = round >= config.federation.rounds;
  return {
    round: round + 1,
    task: last ? "evaluate" : "train",
    clients,
    startedAt: Date.now(),
    done: task === "evaluate",
  };
}

function usageOf(report: ClientReport) {
  return "usage" in report ? [report.usage] : [];
}
