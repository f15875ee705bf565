import { kindOf, specOf } from "../../shared/model/spec.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import { takenSentence } from "../bill.ts";
import { colour } from "../charts/drawing.ts";
import { allExamples, examplesOf, ratioNote } from "../examples-said.ts";
import { type Content, html, type Markup } from "../markup.ts";
import { masksNote } from "../masks-note.ts";
import { shownAs, shownScore } from "../measure.ts";
import { trivialShown, warningsOf } from "../model-details.ts";
import { duration, wholeNumber } from "../numbers.ts";
import { commandOnMnist, dataNotes, whereDirIs } from "../publication.ts";
import { aloneSentence } from "../staying-alone.ts";
import { type Story, testedOn } from "../story.ts";

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note: Content;
  readonly colour?: string;
}

/** What federation cost and gave, in one glance. */
export function headline(story: Story): Markup {
  const { result } = story;
  const { dataset, config, federated, baseline } = result;
  const model = specOf(config, dataset);
  return html`<header>
<p class="eyebrow">fedstep · report of a run</p>
<h1>${result.run}</h1>
<p class="lead">${sentence(story)}</p>
<dl class="figures">${figures(story).map(
    ({ name, value, note, colour }) =>
      html`<div><dt>${colour ? html`<span class="key dot" style="--key:${colour}"></span>` : ""}${name}</dt><dd class="value">${value}</dd>${note ? html`<dd class="note">${note}</dd>` : ""}</div>`,
  )}</dl>
${result.from ? html`<p class="source">This run went on from another one: ${takenSentence(result.from)}.</p>` : ""}
${(result.startedBy?.notes ?? []).map((note) => html`<p class="source">Note: ${note}.</p>`)}
${story.published ? html`<p class="source">Published: ${story.published.source}.</p>` : ""}
${notes(result)}
<ul class="facts">
<li>${config.federation.strategy.name}</li><li>${plural(result.clients.length, "client")}</li>
<li>${plural(federated.rounds.length, "round")}${ending(result)}</li>
${baseline ? html`<li>${plural(baseline.epochs.length, "epoch")} centralized</li>` : ""}
<li>model ${kindOf(model).shortName(model)}</li><li>seed ${config.seed}</li>
<li>${wholeNumber(dataset.examples)} examples of ${dataset.name}</li>
</ul></header>`;
}

/** What else to know of the figures, and on the sample the command that comes next. */
function notes(result: Story["result"]): Content {
  const said = [...dataNotes(result)];
  const warnings = warningsOf(result);
  const ratio = ratioNote(result);
  if (ratio) said.push(asSentence(ratio));
  const masks = masksNote(result);
  if (masks) said.push(asSentence(masks));
  const next = commandOnMnist(result);
  return [
    warnings.length > 0 &&
      html`<p class="warning" role="note"><strong>Beware:</strong> ${warnings.join("; ")}.</p>`,
    said.length > 0 && html`<p class="source">${said.join(" ")}</p>`,
    next !== undefined && html`<p class="source">Next: <code>${next}</code>, where ${whereDirIs}.</p>`,
  ];
}

const capitalized = (said: string) => `${said.slice(0, 1).toUpperCase()}${said.slice(1)}`;
const asSentence = (said: string) => `${capitalized(said)}.`;

function sentence({ result }: Story): Content {
  const { clients, config, federated, baseline } = result;
  const [before, after] = taskOf(config).words.scored;
  const who = clients.length === 1 ? "One client" : `${wholeNumber(clients.length)} clients`;
  const start = html`${who} trained one model together without handing over an example: it ${before}
<strong class="federated">${shownScore(config, federated)}</strong> ${after} ${testedOn(result)}.`;
  const alone = aloneSentence(result);
  if (!baseline) return alone ? html`${start} ${asSentence(alone)}` : start;
  const over = baseline.examples === federated.examples ? "" : ` ${after} ${wholeNumber(baseline.examples)}`;
  return html`${start} The same model, trained on all examples in one place, ${before}
<strong class="centralized">${shownScore(config, baseline)}</strong>${over}.`;
}

function figures({ result, published, cost }: Story): Figure[] {
  const { config } = result;
  const show = shownAs(taskOf(config).score.scale);
  const { federated, baseline, compared, ratio, alone, seconds, invocations } = result;
  const over = (examples: string, beside: string | undefined) =>
    [`${examples} examples`, ...(beside === undefined ? [] : [`published ${beside}`])].join(", ");
  const trivial = trivialShown(result);
  const ofFederated = examplesOf(federated.examples, allExamples(result));
  return [
    {
      name: "Federated",
      value: shownScore(config, federated),
      note: over(ofFederated, published && show(published.federated)),
      colour: colour.federated,
    },
    ...(baseline
      ? [
          {
            name: "Centralized",
            value: shownScore(config, baseline),
            note: over(wholeNumber(baseline.examples), published && show(published.baseline)),
            colour: colour.centralized,
          },
        ]
      : []),
    ...(alone
      ? [
          {
            name: "Alone",
            value: shownScore(config, alone.alone),
            note: `${wholeNumber(alone.examples)} examples of ${plural(alone.owners, "owner")}`,
            colour: colour.centralized,
          },
        ]
      : []),
    ...(trivial ? [{ name: capitalized(trivial.name), value: trivial.shown, note: trivial.does }] : []),
    ...(ratio === null
      ? []
      : [
          {
            name: "Ratio",
            value: ratio.toFixed(4),
            note: over(
              compared ? wholeNumber(compared.examples) : ofFederated,
              published && (published.federated / published.baseline).toFixed(4),
            ),
          },
        ]),
    {
      name: "Time",
      value: duration(seconds),
      note: `${wholeNumber(invocations.count)} invocations`,
    },
    cost
      ? {
          name: "Cost",
          value: `$${cost.dollars.toFixed(cost.dollars < 1 ? 3 : 2)}`,
          note: `${wholeNumber(Math.round(invocations.gbSeconds))} GB-s of Lambda`,
        }
      : {
          name: "Lambda",
          value: `${wholeNumber(Math.round(invocations.gbSeconds))} GB-s`,
          note: `${duration(invocations.billedMs / 1000)} billed`,
        },
  ];
}

/** How a federation ended that did not go through all of its rounds, and which model it keeps if not the last. */
function ending({ config, federated: { ended, round, rounds } }: Story["result"]): string {
  if (ended === "rounds") return "";
  if (ended === "budget") return ", as many as the budget paid for";
  const why =
    ended === taskOf(config).score.name ? ", when the target was reached" : ", when it got no better";
  return round === rounds.length ? why : `${why}; the model is that of round ${round}`;
}

export function plural(count: number, noun: string): string {
  return `${wholeNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}
