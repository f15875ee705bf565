import { rectY } from "@observablehq/plot";
import type { TimedRound } from "../../shared/workflow/round-records.ts";
import { duration } from "../numbers.ts";
import { type Drawing, drawing, isNarrow } from "./drawing.ts";

export interface TimeSplit {
  readonly first: number;
  /** Inclusive; several rounds share a bar where there are many. */
  readonly last: number;
  /** Seconds per round. */
  readonly training: number;
  readonly aggregation: number;
  readonly waiting: number;
}

/** Bars that a chart holds at most. */
const bars = 150;

/** Where each round's seconds went; waiting is what neither clients nor aggregation account for. */
export function timeSplits(rounds: readonly TimedRound[], most = bars): TimeSplit[] {
  const together = Math.max(1, Math.ceil(rounds.length / most));
  const groups = Array.from({ length: Math.ceil(rounds.length / together) }, (_, i) =>
    rounds.slice(i * together, (i + 1) * together),
  );
  return groups.map((group) => {
    const mean = (of: (round: TimedRound) => number) =>
      group.reduce((sum, round) => sum + of(round), 0) / group.length;
    return {
      first: group[0]?.round ?? 0,
      last: group.at(-1)?.round ?? 0,
      training: mean(({ timing }) => timing.training),
      aggregation: mean(({ timing }) => timing.aggregation),
      waiting: mean(waitingSeconds),
    };
  });
}

/** Not below zero, though clocks of several machines may disagree by a little. */
export function waitingSeconds({ seconds, timing }: TimedRound): number {
  return Math.max(0, seconds - timing.training - timing.aggregation);
}

export const timeKinds = ["training", "aggregation", "waiting"] as const;

export const timeColour = {
  training: "var(--training)",
  aggregation: "var(--aggregation)",
  waiting: "var(--waiting)",
} as const;

/** Seconds of each round, split into what they were spent on. */
export function roundTime(rounds: readonly TimedRound[]): Drawing {
  const splits = timeSplits(rounds);
  const pieces = splits.flatMap((split) => {
    let reached = 0;
    return timeKinds.map((kind) => {
      const from = reached;
      reached += split[kind];
      return { from, to: reached, kind, left: split.first - 0.5, right: split.last + 0.5 };
    });
  });
  type Piece = (typeof pieces)[number];
  const seconds = rounds.reduce((sum, round) => sum + round.seconds, 0);
  const label = `Seconds of each round: ${duration(seconds)} in ${rounds.length} rounds`;
  const gap = splits.length > 60 ? 0.25 : 1;
  return (width) =>
    drawing(label, {
      width,
      height: isNarrow(width) ? 220 : 240,
      marginLeft: 44,
      marginRight: 8,
      marginBottom: 40,
      x: {
        label: "round",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: isNarrow(width) ? 5 : 10,
        tickFormat: "d",
      },
      y: {
        label: null,
        grid: true,
        ticks: 5,
        tickFormat: (second: number) => `${Number(second.toFixed(2))} s`,
      },
      marks: [
        rectY(pieces, {
          x1: "left",
          x2: "right",
          y1: "from",
          y2: "to",
          fill: { value: ({ kind }: Piece) => timeColour[kind], scale: null },
          insetLeft: gap,
          insetRight: gap,
        }),
      ],
    });
}
