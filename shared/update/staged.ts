import type { ClientRandom } from "../client/randomness.ts";
import type { ClientUpdate } from "../client/update.ts";
import type { ServerStart, Sums } from "../strategy/strategy.ts";
import type { StageStart, UpdateStage } from "./stage.ts";

type Stages = readonly UpdateStage[];

/** What a client sends of what its procedure has come to. */
export function throughStages(
  stages: Stages,
  update: ClientUpdate,
  start: StageStart,
  random: ClientRandom,
): ClientUpdate {
  return stages.reduce((outgoing, stage) => stage.client(outgoing, start, random), update);
}

/** What the server makes of an update that it has received. */
export interface Received {
  /** Before the stages that are undone in each update. */
  readonly update: ClientUpdate;
  /** What is false of it; undefined where nothing is. */
  readonly problem: string | undefined;
}

/** Holds an update against its stages, the last one first, and undoes those that are undone in each update. */
export function backThroughStages(stages: Stages, sent: ClientUpdate, start: StageStart): Received {
  let update = sent;
  for (const stage of stages.toReversed()) {
    const problem = stage.refute?.(update, start);
    if (problem !== undefined) return { update, problem };
    // what it has hidden, its sum alone tells
    if (stage.needs === "sum") break;
    update = stage.server?.(update, start) ?? update;
  }
  return { update, problem: undefined };
}

/**
 * What of the mean of a round's updates is false, where nobody sees one of them; undefined where nothing is.
 * @param mean of their changes
 */
export function refuteMean(stages: Stages, mean: Float32Array, start: StageStart): string | undefined {
  const parameters = start.global.map((w, i) => w + (mean[i] as number));
  const update = { client: 0, examples: 0, steps: 0, parameters, sent: {} };
  for (const stage of stages) {
    const problem = stage.convex ? stage.refute?.(update, start) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What a round's updates would have added up to without the stages that are undone in the sum. */
export function sumBeforeStages(stages: Stages, sums: Sums, start: ServerStart): Sums {
  return stages.reduceRight(
    (sum, stage) => (stage.needs === "sum" ? (stage.server?.(sum, start) ?? sum) : sum),
    sums,
  );
}
