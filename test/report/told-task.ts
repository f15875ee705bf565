import type { Config } from "../../shared/config/schema.ts";
import {
  type EvaluationSums,
  type Figures,
  figuresOf,
  scoreOf,
  taskOf,
  taskSettings as taskSettingsSchema,
} from "../../shared/task/tasks.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { type StoryOptions, toldStory } from "./told-story.ts";

/** The sums of each final model of a run of a task. */
export interface ToldSums {
  readonly federated: EvaluationSums;
  readonly centralized?: EvaluationSums;
}

/** The result of a run of any task, whose rounds all have the score of its last one. */
export function toldTask(
  run: string,
  task: string,
  { federated, centralized }: ToldSums,
  { set = [], ...options }: StoryOptions & { readonly classNames?: string[] } = {},
): Result {
  const rounds = options.rounds ?? 3;
  const story = toldStory({ ...options, rounds, classes: 2, baseline: centralized !== undefined });
  const config = { ...story.result.config, task: taskSettings(task, set) };
  const kind = taskOf(config);
  const figures = (sums: EvaluationSums) => figuresOf(kind, sums);
  const brief = (of: Figures) => ({ [kind.score.name]: scoreOf(kind, of), loss: of.loss });
  const { confusion: _, accuracy: __, ...model } = story.result.federated;
  const { confusion: ___, accuracy: ____, ...baseline } = story.result.baseline ?? { epochs: [] };
  const [own, its] = [figures(federated), centralized && figures(centralized)];
  return {
    ...story.result,
    run,
    config,
    dataset: {
      name: "patients",
      source: "test",
      digest: "e5".repeat(32),
      examples: 70_000,
      features: 4,
      classes: kind.target === "float32" ? 1 : 2,
      element: "float32",
      ...(kind.target === "float32"
        ? { target: "float32" }
        : { classNames: options.classNames ?? ["no", "yes"] }),
    },
    federated: {
      ...model,
      examples: federated.examples,
      ...own,
      rounds: model.rounds.map(({ accuracy: _, ...round }) => ({ ...round, ...brief(own) })),
    } as Result["federated"],
    baseline: (its && {
      ...baseline,
      examples: centralized?.examples,
      ...its,
      epochs: baseline.epochs.map((epoch) => ({
        epoch: epoch.epoch,
        examples: epoch.examples,
        ...brief(its),
      })),
    }) as Result["baseline"],
    ...(its
      ? {
          compared: {
            examples: federated.examples,
            federated: scoreOf(kind, own),
            baseline: scoreOf(kind, its),
          },
          ratio: scoreOf(kind, own) / scoreOf(kind, its),
        }
      : { compared: null, ratio: null }),
  };
}

function taskSettings(kind: string, set: readonly string[]): Config["task"] {
  const fields = set.map((one) => one.split("=") as [string, string]);
  const given = { kind, ...Object.fromEntries(fields) };
  return taskSettingsSchema.parse(given);
}
