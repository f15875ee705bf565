import { type StandingOut, standingOut } from "../../shared/update/standing-out.ts";
import { clientColour, colour } from "../charts/drawing.ts";
import {
  hasOwnLines,
  type UpdateMeasure,
  updateCurve,
  updatePoints,
  updateSpreads,
} from "../charts/update-curve.ts";
import { figure, type LegendEntry } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { clientName } from "../names.ts";
import { measured } from "../numbers.ts";
import type { Story } from "../story.ts";
import { table } from "../table.ts";

/** Table cells that a page holds for single clients; beyond, it has the spread of each round. */
const mostCells = 20_000;

/** How far, and whither, clients move the model: what drifts apart shows here first. */
export function updates({ result, rounds }: Story): Markup | undefined {
  const outstanding = standingOut(rounds);
  const points = updatePoints(rounds, "norm");
  if (points.length === 0) return undefined;
  const clients = [...new Set(points.map(({ client }) => client))].sort((a, b) => a - b);
  const own = hasOwnLines(clients.length);
  const legend: LegendEntry[] = own
    ? clients.map((client, place) => ({
        name: clientName(result.dataset, client),
        colour: clientColour(place),
      }))
    : [
        { name: "median", colour: colour.federated },
        { name: "least to most", colour: "var(--band)", shape: "square" },
      ];
  const one = (measure: UpdateMeasure, title: string, caption: string) =>
    figure({
      title,
      caption,
      drawing: updateCurve(rounds, measure),
      legend,
      table:
        points.length <= mostCells
          ? clientTable({ result, rounds }, measure, title, clients)
          : spreadTable({ rounds }, measure, title),
    });
  return html`<section aria-labelledby="updates"><h2 id="updates">The clients' updates</h2>
<div class="figures-grid">
${one("norm", "Size", "Euclidean norm of what a client adds to the global model in a round.")}
${one(
  "cosine",
  "Direction",
  "Cosine between a client's update and the global model's step in the round before: 1 is the same direction, 0 a right angle. Clients that drift apart fall.",
)}
</div>${outstanding.length > 0 ? outstandingTable({ result }, outstanding) : ""}</section>`;
}

/** A row for each client, at its longest: of many rounds that stays short. */
function outstandingTable({ result }: Pick<Story, "result">, outstanding: readonly StandingOut[]): Markup {
  const clients = [...new Set(outstanding.map(({ client }) => client))].sort((a, b) => a - b);
  return html`<h3>Updates that stand out</h3>
<p class="intro">Far longer than the others of their round: a client that diverges, or one that means harm.</p>
${table(
  "Clients whose updates stand out",
  [
    { title: "client" },
    { title: "rounds" },
    { title: "longest in" },
    { title: "norm" },
    { title: "times the median" },
  ],
  clients.map((client) => {
    const own = outstanding.filter((one) => one.client === client);
    const longest = own.reduce((most, one) => (one.norm / one.median > most.norm / most.median ? one : most));
    const { round, norm, median } = longest;
    return [clientName(result.dataset, client), own.length, round, measured(norm), measured(norm / median)];
  }),
)}`;
}

function clientTable(
  { result, rounds }: Pick<Story, "result" | "rounds">,
  measure: UpdateMeasure,
  title: string,
  clients: readonly number[],
): Markup {
  const trained = rounds.filter(({ task }) => task === "train");
  return table(
    `${title} of the updates by round and client`,
    [{ title: "round" }, ...clients.map((client) => ({ title: clientName(result.dataset, client) }))],
    trained.map((round) => {
      const of = new Map(round.clients.map(({ client, update }) => [client, update]));
      return [
        round.round,
        ...clients.map((client) => {
          const value = of.get(client)?.[measure] ?? null;
          return value === null ? "" : shown(value, measure);
        }),
      ];
    }),
  );
}

function spreadTable({ rounds }: Pick<Story, "rounds">, measure: UpdateMeasure, title: string): Markup {
  return table(
    `${title} of the updates by round`,
    [{ title: "round" }, { title: "least" }, { title: "median" }, { title: "most" }],
    updateSpreads(rounds, measure).map(({ round, least, median, most }) => [
      round,
      ...[least, median, most].map((value) => shown(value, measure)),
    ]),
  );
}

const shown = (value: number, measure: UpdateMeasure) =>
  measure === "norm" ? measured(value) : value.toFixed(3);
