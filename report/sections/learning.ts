import { thresholdOf } from "../../shared/task/stop.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import { colour } from "../charts/drawing.ts";
import { baselineCurve, federatedCurve, learningCurve, visibleRange } from "../charts/learning-curve.ts";
import { roundsOverAll, roundsOverSome } from "../examples-said.ts";
import { figure, type LegendEntry } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { lossMeasure, type Measure, scoreMeasure } from "../measure.ts";
import { wholeNumber } from "../numbers.ts";
import { type Story, testedOn } from "../story.ts";
import { table } from "../table.ts";

/** Both models on their way. */
export function learning(story: Story): Markup {
  const { config } = story.result;
  const target = targetScore(story);
  const score = scoreMeasure(config);
  const { scoreOver, loss } = taskOf(config).words;
  return html`<section aria-labelledby="learning"><h2 id="learning">Learning</h2>
<div class="figures-grid">
${figure({
  title: score.title,
  caption: html`${scoreOver(roundsTestedOn(story))}, after every round of the federation${
    story.epochs.length > 0 ? " and every epoch of centralized training" : ""
  }.${unlikeCurves(story)}${cutNote(story, score, target)}`,
  drawing: learningCurve(story, score, target),
  legend: legend(story, target),
  table: curveTable(story, score),
})}
${figure({
  title: lossMeasure.title,
  caption: `Mean ${loss.noun} of an example, in ${loss.unit}. Lower is better; the steep start is cut off.${unlikeCurves(story)}`,
  drawing: learningCurve(story, lossMeasure),
  legend: legend(story),
  table: curveTable(story, lossMeasure),
})}
</div></section>`;
}

function roundsTestedOn({ result }: Story): string {
  return roundsOverAll(result) ? testedOn(result) : roundsOverSome(result);
}

/** That a curve is over other examples than the one beside it, or than its own first part. */
function unlikeCurves({ result }: Story): string {
  const { baseline, from } = result;
  const all = wholeNumber(baseline?.examples ?? 0);
  return [
    baseline && !roundsOverAll(result)
      ? ` The centralized model is evaluated on all ${all}, so that the two curves are over different examples.`
      : "",
    from
      ? ` The models up to round ${from.round - 1} were evaluated by ${from.run}, on what was held out there.`
      : "",
  ].join("");
}

/** The score that the federation was to reach, where it had one. */
export function targetScore({ result: { config } }: Pick<Story, "result">): number | undefined {
  return thresholdOf(config, config.federation.stop) ?? undefined;
}

function cutNote(story: Story, score: Measure, target: number | undefined): string {
  const values = [...federatedCurve(story, score), ...baselineCurve(story, score)].map(({ value }) => value);
  const [lowest] = visibleRange(target === undefined ? values : [...values, target], score.scale);
  return lowest > 0 ? ` The axis begins at ${Math.round(100 * lowest)} %.` : "";
}

function legend(story: Story, target?: number): LegendEntry[] {
  return [
    { name: "federated, by round", colour: colour.federated },
    ...(story.epochs.length > 0 ? [{ name: "centralized, by epoch", colour: colour.centralized }] : []),
    ...(target === undefined
      ? []
      : [
          {
            name: `target ${scoreMeasure(story.result.config).shown(target)}`,
            colour: colour.quiet,
            shape: "dashes" as const,
          },
        ]),
  ];
}

function curveTable(story: Story, measure: Measure): Markup {
  const federated = new Map(federatedCurve(story, measure).map(({ at, value }) => [at, value]));
  const examples = new Map(story.rounds.map(({ evaluated }) => [evaluated.round, evaluated.examples]));
  const centralized = new Map(baselineCurve(story, measure).map(({ at, value }) => [at, value]));
  const places = [...new Set([...federated.keys(), ...centralized.keys()])].sort((a, b) => a - b);
  const show = (value: number | undefined) => (value === undefined ? "" : measure.shown(value));
  const ofEpoch = new Map(story.epochs.map((epoch) => [epoch.epoch, epoch.examples]));
  const counted = (count: number | undefined) => (count === undefined ? "" : wholeNumber(count));
  const hasBaseline = centralized.size > 0;
  return table(
    `${measure.title} by round and epoch`,
    [
      { title: hasBaseline ? "round, epoch" : "round" },
      { title: "federated" },
      { title: "examples" },
      ...(hasBaseline ? [{ title: "centralized" }, { title: "examples" }] : []),
    ],
    places.map((at) => [
      at,
      show(federated.get(at)),
      counted(examples.get(at)),
      ...(hasBaseline ? [show(centralized.get(at)), counted(ofEpoch.get(at))] : []),
    ]),
  );
}
