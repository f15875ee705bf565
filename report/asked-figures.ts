import type { ModelName } from "../shared/layout.ts";
import { byKey } from "../shared/task/detail.ts";
import { type Figures, scoreOf, taskOf } from "../shared/task/tasks.ts";
import { visible } from "../shared/visible.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { shownAs } from "./measure.ts";
import { shortDetails } from "./model-details.ts";
import { modelTitles } from "./model-titles.ts";
import { wholeNumber } from "./numbers.ts";
import { oneRule, textTable } from "./text-table.ts";

/** How a model does on examples that somebody asked about, as far as it is known what they are. */
export interface Asked {
  readonly name: ModelName;
  /** That the figures are over. */
  readonly examples: number;
  readonly figures: Figures;
  /** Whether these examples tell the score. */
  readonly scored: boolean;
  /** With what was chosen in the run, as it holds for this model. */
  readonly config: Outcome["config"];
}

type Told = Pick<Outcome, "dataset">;

/** Score, the line of whoever knows nothing and what suits the task, for a terminal. */
export function askedText({ dataset }: Told, asked: readonly Asked[]): string {
  const [first] = asked;
  if (!first) return "";
  const task = taskOf(first.config);
  const { score } = task;
  const shown = shownAs(score.scale);
  const line = first.scored ? task.trivial(first.figures) : undefined;
  const rows = [
    [score.noun, ...asked.map(({ figures, scored }) => (scored ? shown(scoreOf(task, figures)) : "-"))],
    ...(line ? [[line.name, ...asked.map(() => shown(line.score))]] : []),
    ...shortDetails(asked.map((one) => ({ ...one, dataset }))),
  ];
  const over = `over ${wholeNumber(first.examples)} labelled ${first.examples === 1 ? "example" : "examples"}`;
  return [
    textTable([over, ...asked.map(({ name }) => modelTitles[name])], rows, {
      colAligns: ["left", ...asked.map(() => "right" as const)],
      chars: oneRule,
    }),
    ...asked.flatMap(({ name, figures, config }) =>
      task
        .warnings(figures, config.task, dataset)
        .map((warning) => `warning: ${visible(`the ${modelTitles[name]} model ${warning}`)}`),
    ),
  ].join("\n");
}

/** The same for programs, by model. */
export function askedInJson({ dataset }: Told, asked: readonly Asked[]) {
  return Object.fromEntries(
    asked.map(({ name, examples, figures, scored, config }) => {
      const task = taskOf(config);
      const details = task.details(figures, config.task, dataset);
      return [
        name,
        {
          examples,
          [task.score.name]: scored ? scoreOf(task, figures) : null,
          loss: figures.loss,
          details: byKey(details),
          trivial: (scored && task.trivial(figures)) || null,
          warnings: task.warnings(figures, config.task, dataset),
        },
      ];
    }),
  );
}
