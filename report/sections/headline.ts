import { takenSentence } from "../bill.ts";
import { colour } from "../charts/drawing.ts";
import { type Content, html, type Markup } from "../markup.ts";
import { duration, wholeNumber } from "../numbers.ts";
import { percent } from "../percent.ts";
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
  const model = [dataset.features, ...config.model.hidden, dataset.classes].join("-");
  return html`<header>
<p class="eyebrow">fedstep · report of a run</p>
<h1>${result.run}</h1>
<p class="lead">${sentence(story)}</p>
<dl class="figures">${figures(story).map(
    ({ name, value, note, colour }) =>
      html`<div><dt>${colour ? html`<span class="key dot" style="--key:${colour}"></span>` : ""}${name}</dt><dd class="value">${value}</dd>${note ? html`<dd class="note">${note}</dd>` : ""}</div>`,
  )}</dl>
${result.from ? html`<p class="source">This run went on from another one: ${takenSentence(result.from)}.</p>` : ""}
${story.published ? html`<p class="source">Published: ${story.published.source}.</p>` : ""}
<ul class="facts">
<li>${config.federation.strategy.name}</li><li>${plural(result.clients.length, "client")}</li>
<li>${plural(federated.rounds.length, "round")}${ending(result)}</li>
${baseline ? html`<li>${plural(baseline.epochs.length, "epoch")} centralized</li>` : ""}
<li>model ${model}</li><li>seed ${config.seed}</li>
<li>${wholeNumber(dataset.examples)} examples of ${dataset.name}</li>
</ul></header>`;
}

function sentence({ result: { config, clients, federated, baseline, ratio } }: Story): Content {
  const who = clients.length === 1 ? "One client" : `${wholeNumber(clients.length)} clients`;
  const start = html`${who} trained one model together without handing over an example: it is right for
<strong class="federated">${percent(federated.accuracy)}</strong> of ${testedOn({ config })}.`;
  if (!baseline || ratio === null) return start;
  return html`${start} The same model, trained on all examples in one place, is right for
<strong class="centralized">${percent(baseline.accuracy)}</strong>.`;
}

function figures({ result, published, cost }: Story): Figure[] {
  const { federated, baseline, ratio, seconds, invocations } = result;
  const beside = (value: string | undefined) => value && html`published ${value}`;
  return [
    {
      name: "Federated",
      value: percent(federated.accuracy),
      note: beside(published && percent(published.federated)),
      colour: colour.federated,
    },
    ...(baseline
      ? [
          {
            name: "Centralized",
            value: percent(baseline.accuracy),
            note: beside(published && percent(published.baseline)),
            colour: colour.centralized,
          },
        ]
      : []),
    ...(ratio === null
      ? []
      : [
          {
            name: "Ratio",
            value: ratio.toFixed(4),
            note: beside(published && (published.federated / published.baseline).toFixed(4)),
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
function ending({ federated: { ended, round, rounds } }: Story["result"]): string {
  if (ended === "rounds") return "";
  if (ended === "budget") return ", as many as the budget paid for";
  const why = ended === "accuracy" ? ", when the target was reached" : ", when it got no better";
  return round === rounds.length ? why : `${why}; the model is that of round ${round}`;
}

export function plural(count: number, noun: string): string {
  return `${wholeNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}
