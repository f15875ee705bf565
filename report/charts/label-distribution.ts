import { cell, text } from "@observablehq/plot";
import { shortened } from "../names.ts";
import { percentage, wholeNumber } from "../numbers.ts";
import { colour, type Drawing, darkestBehindText, drawing, isNarrow } from "./drawing.ts";

/** Clients that are drawn at most; their table has them all. */
export const drawnClients = 200;
/** Up to so many, each has a row with its numbers; more stand as narrow columns without. */
const namedClients = 24;
const namedLabels = 20;

interface Cell {
  readonly client: string;
  readonly label: string;
  readonly count: number;
  /** Of the client's own examples. */
  readonly share: number;
}

/**
 * Clients by labels: each cell's darkness is the label's share of the client's own examples.
 * @param labelCounts examples of each label, [client][label]
 * @param names of all clients and labels
 */
export function labelDistribution(
  labelCounts: readonly (readonly number[])[],
  names: { readonly clients: readonly string[]; readonly labels: readonly string[] },
): Drawing {
  const cells = labelCounts.slice(0, drawnClients).flatMap((counts, client) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map(
      (count, label): Cell => ({
        client: names.clients[client] ?? "",
        label: names.labels[label] ?? "",
        count,
        share: total === 0 ? 0 : count / total,
      }),
    );
  });
  const clients = Math.min(labelCounts.length, drawnClients);
  const labels = labelCounts[0]?.length ?? 0;
  const label = `Examples of each of ${labels} labels at each of ${clients} clients`;
  const few = clients <= namedClients && labels <= namedLabels;
  return few ? rowsOfNumbers(label, cells, clients) : columns(label, cells, clients, labels);
}

function rowsOfNumbers(label: string, cells: readonly Cell[], clients: number): Drawing {
  return (width) => {
    const narrow = isNarrow(width);
    const room = narrow ? 9 : 16;
    const labels = namesOf(cells, "label");
    const longest = Math.max(...namesOf(cells, "client").map(({ length }) => length));
    const margin = Math.min(longest, room) * 6.5 + 12;
    const fits = Math.floor((width - margin) / labels.length / 7);
    return drawing(label, {
      width,
      height: clients * (narrow ? 26 : 34) + 34,
      marginTop: 30,
      marginBottom: 4,
      marginLeft: margin,
      marginRight: 0,
      padding: 0.04,
      x: {
        axis: "top",
        label: null,
        tickSize: 0,
        domain: labels,
        tickFormat: (name: string) => shortened(name, fits),
      },
      y: {
        label: null,
        tickSize: 0,
        domain: namesOf(cells, "client"),
        tickFormat: (client: string) => shortened(client, room),
      },
      marks: [
        cell(cells, {
          x: "label",
          y: "client",
          fill: colour.federated,
          fillOpacity: shade(cells, darkestBehindText),
          rx: 3,
        }),
        text(cells, {
          x: "label",
          y: "client",
          // a phone's cell takes two digits: the percentage, and the count is in the table
          text: ({ count, share }: Cell) =>
            narrow ? percentage(share, 0) : `${wholeNumber(count)} · ${percentage(share, 1)} %`,
          fill: colour.ink,
          fontSize: narrow ? 10.5 : 11,
        }),
      ],
    });
  };
}

function columns(label: string, cells: readonly Cell[], clients: number, labels: number): Drawing {
  return (width) => {
    const every = Math.max(1, Math.ceil(clients / (width / 36) / 5) * 5);
    return drawing(label, {
      width,
      height: Math.min(480, labels * 18) + 52,
      marginTop: 8,
      marginBottom: 42,
      marginLeft: 28,
      marginRight: 0,
      padding: 0,
      x: {
        label: "client",
        labelAnchor: "center",
        labelArrow: "none",
        tickSize: 4,
        domain: namesOf(cells, "client"),
        ticks: namesOf(cells, "client").filter((_, i) => i % every === 0),
        // there is room for numbers only
        tickFormat: (_client: string, i: number) => String(i * every),
      },
      y: {
        label: null,
        tickSize: 0,
        domain: namesOf(cells, "label"),
        ticks: namesOf(cells, "label").filter((_, i) => labels <= namedLabels || i % 10 === 0),
      },
      marks: [
        // cells without any example are as the paper is: nothing is drawn for them
        cell(
          cells.filter(({ count }) => count > 0),
          {
            x: "client",
            y: "label",
            fill: colour.federated,
            fillOpacity: shade(cells, 1),
            inset: clients > 60 ? 0 : 0.5,
          },
        ),
      ],
    });
  };
}

/** A single example already leaves a mark. The largest share is as dark as it gets, if it is half or more. */
function shade(cells: readonly Cell[], darkest: number) {
  const largest = cells.reduce((most, { share }) => Math.max(most, share), 0.5);
  return {
    value: ({ share }: Cell) => (share === 0 ? 0 : 0.04 + (darkest - 0.04) * (share / largest)),
    scale: null,
  };
}

function namesOf(cells: readonly Cell[], of: "client" | "label"): string[] {
  return [...new Set(cells.map((one) => one[of]))];
}
