import { taskOf } from "../shared/task/tasks.ts";
import { clientColour } from "./charts/drawing.ts";
import { overlaidCurves } from "./charts/overlaid-curves.ts";
import { htmlDocument } from "./document.ts";
import { figure, type LegendEntry } from "./figure.ts";
import { type Content, html, type Markup } from "./markup.ts";
import { lossMeasure, type Measure, scoreMeasure, shownScore } from "./measure.ts";
import { shortDetails, trivialShown, warningsOf } from "./model-details.ts";
import { modelTitles } from "./model-titles.ts";
import { duration, wholeNumber } from "./numbers.ts";
import { dataSentence, examplesSentence, type RunComparison, writtenValue } from "./run-comparison.ts";
import { table } from "./table.ts";
import { asBinary, curvesOfClasses } from "./two-class-figures.ts";

/** Several runs beside each other as one self-contained HTML document. The same results give the same bytes. */
export function comparisonPage(comparison: RunComparison): string {
  const runs = comparison.results.map(({ run }) => run);
  return htmlDocument(
    runs.join(", "),
    html`<header>
<p class="eyebrow">fedstep · runs compared</p>
<h1>${runs.join(", ")}</h1>
<p class="lead">${dataSentence(comparison.data)} ${examplesSentence(comparison)}</p>
</header>
${outcomes(comparison)}
${figures(comparison)}
${learning(comparison)}
${configurations(comparison)}`,
  );
}

function outcomes({ results }: RunComparison): Markup {
  const lines = results.map(trivialShown);
  const line = lines.find((one) => one !== undefined);
  const warnings = results.flatMap((result) =>
    warningsOf(result).map((warning) => `${result.run}: ${warning}`),
  );
  return html`<section aria-labelledby="outcomes"><h2 id="outcomes">What they came to</h2>
${table(
  "What the runs came to",
  [
    { title: "run", align: "left" },
    { title: "strategy", align: "left" },
    { title: "federated" },
    { title: "centralized" },
    ...(line ? [{ title: line.name }] : []),
    { title: "ratio" },
    { title: "examples" },
    { title: "rounds" },
    { title: "time" },
    { title: "GB-s" },
  ],
  results.map(({ run, config, federated, baseline, ratio, seconds, invocations }, i) => [
    run,
    config.federation.strategy.name,
    shownScore(config, federated),
    baseline ? shownScore(config, baseline) : "",
    ...(line ? [lines[i]?.shown ?? ""] : []),
    ratio?.toFixed(4) ?? "",
    wholeNumber(federated.examples),
    federated.rounds.length,
    duration(seconds),
    invocations.gbSeconds.toFixed(1),
  ]),
)}${line ? html`<p class="source">${line.name}: ${line.does}.</p>` : ""}${
  warnings.length > 0
    ? html`<p class="warning" role="note"><strong>Beware:</strong> ${warnings.join("; ")}.</p>`
    : ""
}</section>`;
}

/** What the task says of every model beside its score; left out where that is nothing. */
function figures({ results, evaluated }: RunComparison): Content {
  const models = results.flatMap(({ run, config, dataset, federated, baseline }, i) => [
    { run, title: modelTitles.federated, colour: clientColour(i), config, dataset, figures: federated },
    ...(baseline
      ? [{ run, title: modelTitles.baseline, colour: "", config, dataset, figures: baseline }]
      : []),
  ]);
  const details = shortDetails(models);
  if (details.length === 0) return "";
  const [first] = evaluated;
  const over =
    first && evaluated.length === 1
      ? `the same ${wholeNumber(first.examples)} examples`
      : "the examples of each run";
  const drawn = models.flatMap(({ run, title, colour, figures }) => {
    const binary = title === modelTitles.federated ? asBinary(figures) : null;
    return binary ? [{ name: run, colour, figures: binary }] : [];
  });
  return html`<section aria-labelledby="figures"><h2 id="figures">Figures</h2>
${table(
  "Figures of the final models",
  [
    { title: "run", align: "left" },
    { title: "model", align: "left" },
    ...details.map(([name]) => ({ title: name })),
  ],
  models.map(({ run, title }, i) => [run, title, ...details.map((values) => values[i + 1] ?? "")]),
)}
${curvesOfClasses(drawn, over) ?? ""}</section>`;
}

function learning(comparison: RunComparison): Markup {
  const [first] = comparison.results;
  if (!first) return html``;
  const { words } = taskOf(first.config);
  const { noun, unit } = words.loss;
  return html`<section aria-labelledby="learning"><h2 id="learning">Learning</h2>
<div class="figures-grid">
${curves(comparison, scoreMeasure(first.config), `${words.scoreOver("the evaluated examples")}.`)}
${curves(comparison, lossMeasure, `Mean ${noun} of an example, in ${unit}. Lower is better.`)}
</div></section>`;
}

function curves({ results }: RunComparison, measure: Measure, caption: string): Markup {
  const legend = results.flatMap(({ run, baseline }, i): LegendEntry[] => [
    { name: baseline ? `${run}, federated` : run, colour: clientColour(i) },
    ...(baseline ? [{ name: `${run}, centralized`, colour: clientColour(i), shape: "dashes" as const }] : []),
  ]);
  return figure({
    title: measure.title,
    caption: `${caption} The axis leaves out a steep start.`,
    drawing: overlaidCurves(results, measure),
    legend,
    table: curveTable({ results }, measure),
  });
}

function curveTable({ results }: Pick<RunComparison, "results">, measure: Measure): Markup {
  const columns = results.flatMap(({ run, federated, baseline }) => [
    {
      title: baseline ? `${run}, federated` : run,
      values: new Map(federated.rounds.map((round) => [round.round, measure.of(round)])),
    },
    ...(baseline
      ? [
          {
            title: `${run}, centralized`,
            values: new Map(baseline.epochs.map((epoch) => [epoch.epoch, measure.of(epoch)])),
          },
        ]
      : []),
  ]);
  const places = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  const show = (value: number | undefined) => (value === undefined ? "" : measure.shown(value));
  return table(
    `${measure.title} by round and epoch`,
    [{ title: "round, epoch" }, ...columns.map(({ title }) => ({ title }))],
    places.map((at) => [at, ...columns.map(({ values }) => show(values.get(at)))]),
  );
}

function configurations({ differences }: RunComparison): Markup {
  const rows = differences.flatMap(({ path, values }) =>
    values.map(({ value, runs }) => [
      html`<code>${path}</code>`,
      html`<code>${writtenValue(value)}</code>`,
      runs.join(", "),
    ]),
  );
  return html`<section aria-labelledby="configurations"><h2 id="configurations">How they differ</h2>
${
  rows.length === 0
    ? html`<p class="intro">The configurations are the same.</p>`
    : table(
        "Fields of the configuration that differ",
        [
          { title: "field", align: "left" },
          { title: "value", align: "left" },
          { title: "runs", align: "left" },
        ],
        rows,
      )
}</section>`;
}
