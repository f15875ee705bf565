import { areaY, line } from "@observablehq/plot";
import { medianOf } from "../../shared/metrics/median.ts";
import type { RoundMetrics } from "../../shared/workflow/round-records.ts";
import { measured } from "../numbers.ts";
import { byRound, clientColour, clientColours, colour, type Drawing, drawing } from "./drawing.ts";

export type UpdateMeasure = "norm" | "cosine";

export interface UpdatePoint {
  readonly round: number;
  readonly client: number;
  readonly value: number;
}

export interface UpdateSpread {
  readonly round: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Whether there are few enough clients for a line each. */
export const hasOwnLines = (clients: number) => clients <= clientColours;

export function updatePoints(rounds: readonly RoundMetrics[], measure: UpdateMeasure): UpdatePoint[] {
  return rounds.flatMap(({ round, clients }) =>
    clients.flatMap(({ client, update }) => {
      const value = update?.[measure] ?? null;
      return value === null ? [] : [{ round, client, value }];
    }),
  );
}

/** Least, median and most of each round's clients. */
export function updateSpreads(rounds: readonly RoundMetrics[], measure: UpdateMeasure): UpdateSpread[] {
  return rounds.flatMap(({ round, clients }) => {
    const values = clients.flatMap(({ update }) => update?.[measure] ?? []).sort((a, b) => a - b);
    const [least, most] = [values[0], values.at(-1)];
    if (least === undefined || most === undefined) return [];
    return [{ round, least, median: medianOf(values), most }];
  });
}

/** Size or direction of the clients' updates, round by round: a line for each of few clients, a band for many. */
export function updateCurve(rounds: readonly RoundMetrics[], measure: UpdateMeasure): Drawing {
  const points = updatePoints(rounds, measure);
  const clients = [...new Set(points.map(({ client }) => client))].sort((a, b) => a - b);
  const spreads = updateSpreads(rounds, measure);
  const least = Math.min(...spreads.map((spread) => spread.least));
  const most = Math.max(...spreads.map((spread) => spread.most));
  const name = measure === "norm" ? "Size of the updates" : "Direction of the updates";
  const label = `${name} by round, from ${measured(least)} to ${measured(most)}`;
  const domain =
    measure === "norm" ? [0, most * 1.05] : [least >= 0 ? 0 : Math.max(-1, Math.floor(least * 10) / 10), 1];
  const own = hasOwnLines(clients.length);
  return (width) =>
    drawing(label, {
      ...byRound(width),
      y: { label: null, grid: true, domain, ticks: 6 },
      marks: own
        ? clients.map((client, place) =>
            line(
              points.filter((point) => point.client === client),
              { x: "round", y: "value", stroke: clientColour(place), strokeWidth: 1.6 },
            ),
          )
        : [
            areaY(spreads, {
              x: "round",
              y1: "least",
              y2: "most",
              fill: colour.federated,
              fillOpacity: 0.16,
            }),
            line(spreads, { x: "round", y: "median", stroke: colour.federated, strokeWidth: 2 }),
          ],
    });
}
