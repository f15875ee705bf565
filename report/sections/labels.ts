import { drawnClients, labelDistribution } from "../charts/label-distribution.ts";
import { figure } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { className, clientName } from "../names.ts";
import { percentage, wholeNumber } from "../numbers.ts";
import type { Story } from "../story.ts";
import { type Column, table } from "../table.ts";

/** Who has which examples. */
export function labels({ result: { clients, dataset } }: Story): Markup {
  if (dataset.target) return exampleCounts({ clients, dataset });
  const counts = clients.map(({ labelCounts }) => labelCounts);
  const names = Array.from({ length: dataset.classes }, (_, label) => className(dataset, label));
  const left = clients.length - drawnClients;
  return html`<section aria-labelledby="data"><h2 id="data">The clients' data</h2>
${figure({
  title: "Labels of each client",
  caption: html`How many examples of each of the ${dataset.classes} labels a client has, and their share of its own
examples in per cent: the stronger the colour, the larger. Where rows differ, clients pull the model in different directions.${
    left > 0 ? ` The first ${drawnClients} clients are drawn, the table has all.` : ""
  }`,
  drawing: labelDistribution(counts, {
    clients: clients.map(({ client }) => clientName(dataset, client)),
    labels: names,
  }),
  table: labelTable({ clients, dataset }, names),
  wide: true,
})}</section>`;
}

/** Where the targets are numbers, a client has no labels to count. */
function exampleCounts({ clients, dataset }: Pick<Story["result"], "clients" | "dataset">): Markup {
  const rows = clients.map(({ client, train, heldOut }) => [
    clientName(dataset, client),
    wholeNumber(train + heldOut),
    wholeNumber(train),
    wholeNumber(heldOut),
  ]);
  const columns = ["examples", "trained with", "held out"].map((title) => ({ title }));
  return html`<section aria-labelledby="data"><h2 id="data">The clients' data</h2>
${table("Examples by client", [{ title: "client" }, ...columns], rows)}</section>`;
}

function labelTable(
  { clients, dataset }: Pick<Story["result"], "clients" | "dataset">,
  names: readonly string[],
): Markup {
  const columns: Column[] = [
    { title: "client" },
    ...names.map((title) => ({ title })),
    { title: "examples" },
    { title: "trained with" },
    { title: "held out" },
  ];
  const row = (name: string | number, counts: readonly number[], train: number, heldOut: number) => {
    const total = sum(counts);
    return [
      name,
      ...counts.map(
        (count) =>
          html`${wholeNumber(count)}<small>${percentage(total === 0 ? 0 : count / total, 1)} %</small>`,
      ),
      wholeNumber(total),
      wholeNumber(train),
      wholeNumber(heldOut),
    ];
  };
  const all = names.map((_, label) => sum(clients.map(({ labelCounts }) => labelCounts[label] ?? 0)));
  return table("Examples of each label by client", columns, [
    ...clients.map(({ client, labelCounts, train, heldOut }) =>
      row(dataset.owners?.[client] ?? client, labelCounts, train, heldOut),
    ),
    row("all", all, sum(clients.map(({ train }) => train)), sum(clients.map(({ heldOut }) => heldOut))),
  ]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
