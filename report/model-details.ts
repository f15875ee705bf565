import type { Detail } from "../shared/task/detail.ts";
import { type Figures, taskOf } from "../shared/task/tasks.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { shownAs } from "./measure.ts";
import { modelTitles } from "./model-titles.ts";

type Models = Pick<Outcome, "config" | "dataset" | "federated" | "baseline">;

/** What stands beside the score of each model that a run ended with. */
export interface DetailTable {
  /** Of the models. */
  readonly titles: readonly string[];
  /** A figure's name, and its value for each model. */
  readonly rows: readonly (readonly [name: string, ...values: string[]])[];
}

/** Undefined where the task has no figure beside its score. */
export function detailTable(outcome: Models): DetailTable | undefined {
  const { config, dataset } = outcome;
  const task = taskOf(config);
  const models = modelsOf(outcome);
  const [first, ...others] = models.map(({ figures }) => task.details(figures, config.task, dataset));
  if (!first || first.length === 0) return undefined;
  return {
    titles: models.map(({ title }) => title),
    rows: first.map((detail, i) => [
      detail.name,
      ...[detail, ...others.map((details) => details[i])].map((one) => (one ? shownDetail(one) : "")),
    ]),
  };
}

/** Of several models of one task what tables beside each other have room for: a name, and its value for each model. */
export function shortDetails(
  models: readonly (Pick<Outcome, "config" | "dataset"> & { readonly figures: Figures })[],
): (readonly [name: string, ...values: string[]])[] {
  const all = models.map(({ config, dataset, figures }) =>
    taskOf(config).details(figures, config.task, dataset),
  );
  return (all[0] ?? []).flatMap(({ key, short }) => {
    if (short === undefined) return [];
    const found = all.map((details) => details.find((detail) => detail.key === key));
    return [[short, ...found.map((detail) => (detail ? shownDetail(detail) : ""))] as const];
  });
}

export function shownDetail({ value, scale }: Detail): string {
  return value === null ? "-" : shownAs(scale)(value);
}

/** What whoever knows nothing of the examples' values scores on those that the federated model was evaluated on. */
export function trivialShown({ config, federated }: Models) {
  const task = taskOf(config);
  const line = task.trivial(federated);
  return line && { ...line, shown: shownAs(task.score.scale)(line.score) };
}

/** A sentence for each thing that nobody should overlook: `the federated model hardly recognizes "yes" (0 of 43 found)`. */
export function warningsOf(outcome: Models): string[] {
  const { config, dataset } = outcome;
  const task = taskOf(config);
  return modelsOf(outcome).flatMap(({ title, figures }) =>
    task.warnings(figures, config.task, dataset).map((warning) => `the ${title} model ${warning}`),
  );
}

/** The same of one of them: "hardly recognizes ...". */
export function warningsOfModel(
  { config, dataset }: Omit<Models, "federated" | "baseline">,
  figures: Figures,
) {
  return taskOf(config).warnings(figures, config.task, dataset);
}

/** From which probability of the positive class on a model names it; undefined where it names the most probable class. */
export function thresholdOf(
  { config, dataset }: Pick<Models, "config" | "dataset">,
  figures: Figures,
): number | undefined {
  const naming = taskOf(config).naming?.(figures, config.task, dataset);
  return naming?.by === "threshold" ? naming.threshold : undefined;
}

function modelsOf({ federated, baseline }: Models): { title: string; figures: Figures }[] {
  return [
    { title: modelTitles.federated, figures: federated },
    ...(baseline ? [{ title: modelTitles.baseline, figures: baseline }] : []),
  ];
}
