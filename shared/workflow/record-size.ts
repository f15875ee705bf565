import { type HasTask, taskOf } from "../task/tasks.ts";

/**
 * The most bytes of a record where nothing that its reader knows says how large it can be: of a configuration, a plan, a
 * result. Nobody writes a larger one, and limits.ts refuses a run that would take it.
 */
export const mostRecordBytes = 2 ** 27;

/** Of all in a record whose number a configuration bounds: entries of clients, rounds and epochs. */
const around = 2 ** 24;
/** Of a count of a label on a line of its own. */
const perCount = 20;
/** Of mean and deviation of a feature, likewise. */
const perFeature = 64;

/** Of the data that a run counts. */
interface Counted {
  readonly classes: number;
  readonly features: number;
}

/** What the size of figures depends on: a plan says it. */
interface Evaluated {
  readonly config: HasTask;
  readonly dataset: Pick<Counted, "classes">;
}

/** How large a round's metrics, or an epoch's record, can be: each holds a model's figures. */
export function figuresBytes({ config, dataset }: Evaluated): number {
  return around + taskOf(config).detailBytes(dataset);
}

/** Of an example in a histogram of few: "999:1 ". */
const perScore = 6;

/** How large the record of what the last epoch's model does for each client can be. */
export function clientFiguresBytes(
  plan: Evaluated & { readonly dataset: { readonly examples: number } },
): number {
  return figuresBytes(plan) + (taskOf(plan.config).pooling ? perScore * plan.dataset.examples : 0);
}

/** How large a partition, or the index of its shards, can be: of each client it counts the examples of each class twice. */
export function partitionBytes(clients: number, { classes, features }: Counted): number {
  return around + 2 * perCount * clients * classes + perFeature * features;
}

/** How large a result can be, and with it a plan: what the clients have, and the figures of both models, so many bytes each. */
export function resultBytes(clients: number, data: Counted, figures: number): number {
  return partitionBytes(clients, data) + 2 * figures;
}
