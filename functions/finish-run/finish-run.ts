import type * as z from "zod";
import { reportPage } from "../../report/page.ts";
import { canBeTried, storyOf } from "../../report/story.ts";
import { billOf } from "../../shared/cost/bill.ts";
import { goneCourse, invocationsBilled } from "../../shared/cost/gone-course.ts";
import { keys, reportType } from "../../shared/layout.ts";
import { keptRound } from "../../shared/rounds/kept-round.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import type { Deployment } from "../../shared/workflow/deployment.ts";
import { finishRunInput, type finishRunOutput } from "../../shared/workflow/payloads.ts";
import {
  type Outcome,
  type Plan,
  partitionRecord,
  type Result,
  type RoundMetrics,
} from "../../shared/workflow/records.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import { Plans } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readEpochs, readFinalModels, readRounds } from "../../storage/run-objects.ts";
import type { Step } from "../invocation.ts";
import { writeModels } from "./write-models.ts";

type Input = z.output<typeof finishRunInput>;

/**
 * Gathers what rounds and epochs have left behind into the run's result, with the models that it speaks of and a page
 * that tells it.
 */
export function finishRun(
  objects: Objects,
  deployment: Deployment,
): Step<Input, z.output<typeof finishRunOutput>> {
  const plans = new Plans(objects);
  return {
    name: "FinishRun",
    input: finishRunInput,
    async work({ run, startedAt, usage, federation, baseline }, invocation) {
      const plan = await plans.of(run);
      const { config } = plan;
      const [partition, rounds, epochs] = await Promise.all([
        objects.getJson(keys.partition(run), partitionRecord),
        readRounds(objects, run, federation.round - 1),
        readEpochs(objects, run, config.baseline.enabled ? baseline.epoch : 0),
      ]);

      const federated = federatedResult(plan, federation.ended ?? "rounds", rounds);
      const last = epochs.at(-1);
      const [from] = plan.origins;
      const outcome: Outcome = {
        run,
        config,
        ...(from && { from }),
        dataset: plan.dataset,
        clients: partition.clients,
        federated,
        baseline: last
          ? {
              accuracy: last.accuracy,
              loss: last.loss,
              confusion: last.confusion,
              weightsSha256: last.weightsSha256,
              epochs: epochs.map(({ epoch, accuracy, loss }) => ({ epoch, accuracy, loss })),
            }
          : null,
        ratio: last && last.accuracy > 0 ? federated.accuracy / last.accuracy : null,
      };
      const models = await readFinalModels(objects, plan, outcome);
      await invocation.timed("write", () => writeModels(objects, plan, outcome, models));
      const seconds = (Date.now() - startedAt) / 1000;
      const invocations = addUsage(usage, federation.usage, baseline.usage, invocation.usage());
      const course = goneCourse(plan, {
        rounds,
        epochs: epochs.length,
        executions: federation.execution.number,
        baseline: baseline.usage,
        usage: invocations,
      });
      const used = { ...invocations, invocations: invocationsBilled(course, invocations), seconds };
      const cost = billOf(config, course, used, deployment);
      const result: Result = { ...outcome, seconds, invocations, cost };
      const tried = canBeTried(plan) ? models : undefined;
      const page = reportPage(storyOf({ result, rounds, epochs, models: tried }));
      await objects.put(keys.report(run), page, reportType);
      // last, since a run with a result counts as finished
      await objects.putJson(keys.result(run), result);
      invocation.note({ accuracy: federated.accuracy, ratio: result.ratio });
      return { run, result: keys.result(run) };
    },
  };
}

/** The model of a round is evaluated by the round after it, so each round takes its figures from the next. */
function federatedResult(
  plan: Plan,
  ended: Result["federated"]["ended"],
  metrics: readonly RoundMetrics[],
): Result["federated"] {
  const rounds = metrics.slice(0, -1).map(({ round, clients, seconds }, i) => {
    const { accuracy, loss } = (metrics[i + 1] as RoundMetrics).evaluated;
    return {
      round,
      accuracy,
      loss,
      clients: clients.filter(({ update }) => update !== null).length,
      seconds,
    };
  });
  const { round } = keptRound({ ended, rounds }, takenRounds(plan));
  const [weightsSha256, evaluation, last] = [
    metrics[round - 1]?.weightsSha256,
    metrics[round]?.evaluated,
    metrics.at(-1),
  ];
  if (!weightsSha256 || !evaluation || !last) throw new Error(`run ${plan.run} has no evaluated round`);
  const { accuracy, loss, confusion } = evaluation;
  return { round, accuracy, loss, confusion, weightsSha256, chainSha256: last.chainSha256, ended, rounds };
}
