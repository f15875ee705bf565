import { roundTime, timeColour, timeKinds, timeSplits, waitingSeconds } from "../charts/round-time.ts";
import { figure } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { duration, percentage } from "../numbers.ts";
import type { Story } from "../story.ts";
import { table } from "../table.ts";

/** Rows of the table at most; more rounds share a row. */
const mostRows = 500;

/** Where the rounds' time went. */
export function time({ rounds }: Story): Markup {
  const total = rounds.reduce((sum, { seconds }) => sum + seconds, 0);
  const of = {
    training: rounds.reduce((sum, { timing }) => sum + timing.training, 0),
    aggregation: rounds.reduce((sum, { timing }) => sum + timing.aggregation, 0),
    waiting: rounds.reduce((sum, round) => sum + waitingSeconds(round), 0),
  };
  const second = (value: number) => value.toFixed(3);
  return html`<section aria-labelledby="time"><h2 id="time">Time</h2>
${figure({
  title: "Seconds of each round",
  caption: html`Training is when at least one client works, aggregation when their updates become the next model, waiting
everything else: starting functions and moving between states. Together ${duration(total)}.`,
  drawing: roundTime(rounds),
  legend: timeKinds.map((kind) => ({
    name: `${kind} ${total > 0 ? percentage(of[kind] / total, 0) : 0} %`,
    colour: timeColour[kind],
    shape: "square" as const,
  })),
  table: table(
    "Seconds by round",
    [{ title: "round" }, ...timeKinds.map((kind) => ({ title: kind })), { title: "all" }],
    timeSplits(rounds, mostRows).map(({ first, last, ...split }) => [
      first === last ? first : `${first} to ${last}`,
      ...timeKinds.map((kind) => second(split[kind])),
      second(split.training + split.aggregation + split.waiting),
    ]),
  ),
  wide: true,
})}</section>`;
}
