import { markdownTable } from "markdown-table";
import type { Scaling } from "../shared/dataset/scaling.ts";
import type { ModelName } from "../shared/layout.ts";
import { kindOf, specOf } from "../shared/model/spec.ts";
import type { ClassificationFigures } from "../shared/task/classification/evaluation.ts";
import { asClassifier } from "../shared/task/classification/narrow.ts";
import type { TaskFit } from "../shared/task/fit.ts";
import { type Figures, taskOf } from "../shared/task/tasks.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import type { DatasetRecord } from "../shared/workflow/run-record.ts";
import { frontMatter } from "./card-front-matter.ts";
import { allExamples, examplesOf, ratioNote } from "./examples-said.ts";
import { masksNote } from "./masks-note.ts";
import { shownScore } from "./measure.ts";
import { modelData } from "./model-data.ts";
import { detailTable, trivialShown, warningsOfModel } from "./model-details.ts";
import { modelTitles } from "./model-titles.ts";
import { modelUse } from "./model-use.ts";
import { className } from "./names.ts";
import { wholeNumber } from "./numbers.ts";
import { percent } from "./percent.ts";
import { privacyStatement } from "./privacy-statement.ts";
import { aloneSentence } from "./staying-alone.ts";
import { trainedRounds } from "./trained-rounds.ts";

type ModelFigures = Figures & Pick<Outcome["federated"], "examples" | "weightsSha256">;

/**
 * The model card of one of a run's models: Markdown with the front matter that Hugging Face reads. It says nothing
 * that changes from one repetition of the run to the next.
 * @param figures of this model, from the result
 * @param planned scaling of the examples that it was trained with, and what its task was fitted to
 */
export function modelCard(
  name: ModelName,
  outcome: Outcome,
  figures: ModelFigures,
  { scaling, fit }: { readonly scaling: Scaling | null; readonly fit: TaskFit },
): string {
  const { run, config, dataset } = outcome;
  return [
    ...frontMatter(name, outcome, figures),
    "",
    `# ${run}: ${titles[name]}`,
    "",
    origin(name, outcome, fit),
    "",
    "## Use",
    "",
    ...modelUse(specOf(config, dataset), taskOf(config).ending(fit), dataset, scaling !== null),
    "",
    "## Data",
    "",
    modelData(outcome),
    "",
    "## Figures",
    "",
    ...figuresSection(outcome, figures),
    "",
    "## Configuration",
    "",
    `All that determines the model beside its data${takenBefore(name, outcome)}${
      outcome.privacy
        ? " and the noise, which comes from a secret key. This model has"
        : "; the same gives the same weights again, bit for bit:"
    }`,
    `SHA-256 \`${figures.weightsSha256}\` over the parameters as little-endian float32, layer by layer, weights first.`,
    "",
    "```json",
    JSON.stringify(config, null, 2),
    "```",
    "",
    "## Limits",
    "",
    ...limits(name, outcome),
    "",
    ...privacySection(outcome),
    "## Licence",
    "",
    "Under which licence these weights may be used is for the owners of the data to say, and nobody has said it here:",
    "`license: other` in the front matter stands for that. fedstep, which trained them, is under Apache-2.0; that",
    "licence covers the program and neither the data nor the weights.",
    "",
  ].join("\n");
}

const titles = { federated: "the federated model", baseline: "the centralized baseline" } as const;

function origin(name: ModelName, outcome: Outcome, fit: TaskFit): string {
  const { config, dataset, clients, from, baseline } = outcome;
  const spec = specOf(config, dataset);
  const { ending, words } = taskOf(config);
  const what = kindOf(spec).describe(spec, ending(fit).described);
  const model = `${what} that ${words.purpose(dataset)}.`;
  const taken = from
    ? ` The first ${from.round} of the rounds are those of run ${from.run}, under its own configuration, which may be another.`
    : "";
  const how =
    name === "federated"
      ? `fedstep trained it by ${config.federation.strategy.name} over ${clients.length} clients in ${trainedRounds(outcome)}: each client's examples stayed with the function that stands for it, and only weights, counts and sums left it.${taken}`
      : `fedstep trained it on the pooled examples of ${clients.length} clients in ${baseline?.epochs.length ?? 0} epochs, from the same start as the federated model beside it, for comparison.`;
  return `${model} ${how}`;
}

/** What else determines the federated model of a run that goes on from another one; its baseline is trained anew. */
function takenBefore(name: ModelName, { from }: Outcome): string {
  if (!from || name !== "federated") return "";
  return ` and the model that it went on from, round ${from.round} of run ${from.run}`;
}

function figuresSection(outcome: Outcome, figures: ModelFigures): string[] {
  const { config, dataset } = outcome;
  const { score, words } = taskOf(config);
  const { noun, unit } = words.loss;
  const classifier = asClassifier(figures);
  const whose =
    outcome.config.federation.evaluation === "test-set"
      ? "of the publisher's test set, which no client has"
      : "that the clients hold out";
  const note = ratioNote(outcome);
  const trivial = trivialShown(outcome);
  const details = detailTable(outcome);
  const alone = aloneSentence(outcome);
  const beside = ([name, model]: [string, ModelFigures | null]) =>
    model ? [[name, shownScore(config, model), model.loss.toFixed(4), wholeNumber(model.examples)]] : [];
  return [
    `${score.title} ${shownScore(config, figures)} and mean ${noun} ${figures.loss.toFixed(4)} ${unit} on ${examplesOf(figures.examples, allExamples(outcome))} examples ${whose}.`,
    "",
    markdownTable(
      [
        ["model", score.noun, "loss", "examples"],
        ...beside([modelTitles.federated, outcome.federated]),
        ...beside([modelTitles.baseline, outcome.baseline]),
        ...(trivial
          ? [
              [
                `${trivial.name} (${trivial.does})`,
                trivial.shown,
                "-",
                wholeNumber(outcome.federated.examples),
              ],
            ]
          : []),
      ],
      { align: ["l", "r", "r", "r"] },
    ),
    ...(note ? ["", `Not all of these are over the same examples: ${note}.`] : []),
    ...(alone ? ["", `Staying alone: ${alone}.`] : []),
    ...warningsOfModel(outcome, figures).map((warning) => `\n> **Beware:** this model ${warning}.`),
    ...(details
      ? [
          "",
          markdownTable([["", ...details.titles], ...details.rows.map((row) => [...row])], {
            align: ["l", ...details.titles.map(() => "r")],
          }),
        ]
      : []),
    ...(classifier ? ["", classTable(dataset, classifier)] : []),
  ];
}

function classTable(dataset: DatasetRecord, { confusion }: ClassificationFigures): string {
  const share = (part: number, whole: number) => (whole === 0 ? "-" : percent(part / whole));
  return markdownTable(
    [
      ["class", "examples", "recognised", "right where named"],
      ...confusion.map((row, label) => {
        const examples = row.reduce((sum, count) => sum + count, 0);
        const named = confusion.reduce((sum, other) => sum + (other[label] ?? 0), 0);
        const right = row[label] ?? 0;
        return [className(dataset, label), String(examples), share(right, examples), share(right, named)];
      }),
    ],
    { align: ["l", "r", "r", "r"] },
  );
}

function privacySection(outcome: Outcome): string[] {
  const statement = privacyStatement(outcome);
  if (!statement) return [];
  return ["## Privacy", "", ...statement.points.map(({ term, said }) => `- ${term}: ${said}.`), ""];
}

function limits(name: ModelName, outcome: Outcome): string[] {
  const { config } = outcome;
  const masks = name === "federated" ? masksNote({ config }) : undefined;
  return [
    ...taskOf(config).words.limits,
    ...(masks === undefined ? [] : [`- In training ${masks}.`]),
    ...(privacyStatement(outcome)
      ? []
      : [
          "- No noise was added in training, so that the weights may give away something about single examples.",
        ]),
    ...(name === "federated"
      ? [
          "- What a client lacked it learned from the others only through averaged weights; see the classes above.",
        ]
      : ["- It needed every client's examples in one place. A real federation has no such model."]),
  ];
}
