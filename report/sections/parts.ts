import { scoreOf, scoreOrNull, taskOf } from "../../shared/task/tasks.ts";
import { type Besides, type Compared, comparison } from "../charts/comparison.ts";
import { colour } from "../charts/drawing.ts";
import { figure, type LegendEntry } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { scoreMeasure } from "../measure.ts";
import { clientName } from "../names.ts";
import type { Story } from "../story.ts";
import { classComparison, classifiersOf, confusions } from "./classes.ts";
import { comparedTable } from "./compared-table.ts";

/** Whom, and of a classification for which labels, federation serves better or worse. */
export function scoreByPart(story: Story): Markup {
  const { result } = story;
  const classifiers = classifiersOf(result);
  const legend = (besides: Besides | null): LegendEntry[] => [
    { name: "federated", colour: colour.federated, shape: "dot" },
    ...(besides ? [{ name: besides, colour: colour.centralized, shape: "diamond" as const }] : []),
  ];
  return html`<section aria-labelledby="parts"><h2 id="parts">${classifiers ? "Clients and classes" : "Clients"}</h2>
<div class="figures-grid">
${clientComparison(story, legend)}
${classifiers && classComparison(story, classifiers, legend)}
</div>${classifiers && confusions(result.dataset, classifiers)}</section>`;
}

function clientComparison(story: Story, legend: (besides: Besides | null) => LegendEntry[]): Markup | false {
  const clients = byClient(story);
  if (clients.every(({ federated, beside }) => federated === null && beside === null)) return false;
  const { result } = story;
  const besides = result.baseline ? "centralized" : result.alone ? "alone" : null;
  const score = scoreMeasure(result.config);
  const title = `${score.title} for each client`;
  return figure({
    title,
    caption:
      besides === "alone"
        ? "The kept model, and the one that each owner has trained alone, on what that owner holds out."
        : "Each final model on the examples that the client held out itself.",
    drawing: comparison(title, clients, score),
    legend: legend(besides),
    table: comparedTable(`${score.title} by client`, "client", clients, score.scale, besides ?? undefined),
  });
}

/**
 * The pass after a round evaluates its model, and the last epoch its final model for each client; where owners stay alone for
 * comparison, the final pass tells their own.
 */
export function byClient({ result, rounds, epochs }: Story): Compared[] {
  const task = taskOf(result.config);
  const evaluation = rounds.find(({ evaluated }) => evaluated.round === result.federated.round);
  const federated = new Map(evaluation?.clients.map((one) => [one.client, scoreOrNull(task, one)]));
  const centralized = epochs.at(-1)?.clients?.map((one) => [one.client, scoreOrNull(task, one)] as const);
  const alone = rounds
    .at(-1)
    ?.clients.flatMap((one) => (one.alone ? [[one.client, scoreOf(task, one.alone)] as const] : []));
  const beside = new Map<number, number | null>(centralized ?? (result.alone && alone));
  return result.clients.map(({ client, heldOut }) => ({
    name: clientName(result.dataset, client),
    examples: heldOut,
    federated: federated.get(client) ?? null,
    beside: beside.get(client) ?? null,
  }));
}
