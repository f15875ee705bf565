import { scoreOrNull, taskOf } from "../../shared/task/tasks.ts";
import { type Compared, comparison } from "../charts/comparison.ts";
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
  const legend = (centralized: boolean): LegendEntry[] => [
    { name: "federated", colour: colour.federated, shape: "dot" },
    ...(centralized ? [{ name: "centralized", colour: colour.centralized, shape: "diamond" as const }] : []),
  ];
  return html`<section aria-labelledby="parts"><h2 id="parts">${classifiers ? "Clients and classes" : "Clients"}</h2>
<div class="figures-grid">
${clientComparison(story, legend)}
${classifiers && classComparison(story, classifiers, legend)}
</div>${classifiers && confusions(result.dataset, classifiers)}</section>`;
}

function clientComparison(story: Story, legend: (centralized: boolean) => LegendEntry[]): Markup | false {
  const clients = byClient(story);
  if (clients.every(({ federated, centralized }) => federated === null && centralized === null)) return false;
  const { result } = story;
  const score = scoreMeasure(result.config);
  const title = `${score.title} for each client`;
  return figure({
    title,
    caption: "Each final model on the examples that the client held out itself.",
    drawing: comparison(title, clients, score),
    legend: legend(result.baseline !== null),
    table: comparedTable(`${score.title} by client`, "client", clients, score.scale),
  });
}

/** The pass after a round evaluates its model, and the last epoch its final model for each client. */
export function byClient({ result, rounds, epochs }: Story): Compared[] {
  const task = taskOf(result.config);
  const evaluation = rounds.find(({ evaluated }) => evaluated.round === result.federated.round);
  const federated = new Map(evaluation?.clients.map((one) => [one.client, scoreOrNull(task, one)]));
  const centralized = new Map(epochs.at(-1)?.clients?.map((one) => [one.client, scoreOrNull(task, one)]));
  return result.clients.map(({ client, heldOut }) => ({
    name: clientName(result.dataset, client),
    examples: heldOut,
    federated: federated.get(client) ?? null,
    centralized: centralized.get(client) ?? null,
  }));
}
