import { updateVectors } from "../../shared/client/update-tensors.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { flattenTensors } from "../../shared/model/parameters.ts";
import { likeModel } from "../../shared/model/vector-shape.ts";
import { vectorsSize } from "../../shared/model/vectors-size.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { updateSize } from "../../shared/update/size.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { type RoundMetrics, roundMetrics, updateHeader } from "../../shared/workflow/round-records.ts";
import type { Objects } from "../../storage/objects.ts";

/** The rounds that a run has completed, and what is wrong with what they left. */
export interface RunHistory {
  readonly rounds: readonly RoundMetrics[];
  readonly problems: readonly string[];
}

/** How far a mean in float64 may lie from the model in float32 that was made of the same updates. */
const tolerance = 1e-6;

/** Reads every object of every complete round again. */
export async function readHistory(objects: Objects, run: string, averages: boolean): Promise<RunHistory> {
  const rounds: RoundMetrics[] = [];
  const problems: string[] = [];
  const plan = await objects.findRecord(keys.plan(run), planRecord);
  for (let round = 1; plan !== undefined; round++) {
    const metrics = await objects.findRecord(keys.roundMetrics(run, round), roundMetrics);
    if (metrics === undefined) break;
    rounds.push(metrics);
    if (metrics.clients.length === 0) problems.push(`round ${round} is complete with nobody in it`);
    // of masked updates no single one tells anything
    if (metrics.weightsSha256 === null || metrics.masks) continue;
    const { tensors } = await objects.getTensors(
      keys.global(run, round),
      vectorsSize(plan.model, [likeModel]),
    );
    const model = flattenTensors(plan.model, tensors);
    if ((await weightsSha256(model)) !== metrics.weightsSha256) {
      problems.push(`the global model of round ${round} is not the one that its metrics speak of`);
    }
    const strategy = strategyOf(plan.config);
    const parts: { examples: number; values: Float32Array }[] = [];
    for (const { client, task } of metrics.clients) {
      if (task !== "train") continue;
      const size = updateSize(plan, strategy, "train");
      const { tensors: sent, metadata } = await objects.getTensors(keys.update(run, round, client), size);
      const header = updateHeader.parse(JSON.parse(metadata.update ?? "null"));
      const values = updateVectors(plan.model, strategy.client.sends, sent).parameters;
      if ((await weightsSha256(values)) !== header.weightsSha256) {
        problems.push(`the update of client ${client} in round ${round} does not have its digest`);
      }
      parts.push({ examples: header.examples, values });
    }
    if (averages && !isMean(model, parts)) {
      problems.push(`the model of round ${round} is not the mean of its updates, whose weights sum to one`);
    }
  }
  return { rounds, problems };
}

function isMean(model: Float32Array, parts: readonly { examples: number; values: Float32Array }[]): boolean {
  const total = parts.reduce((sum, { examples }) => sum + examples, 0);
  return model.every((value, i) => {
    const mean = parts.reduce((sum, { examples, values }) => sum + (examples / total) * (values[i] ?? 0), 0);
    return Math.abs(value - mean) <= tolerance * Math.max(1, Math.abs(mean));
  });
}
