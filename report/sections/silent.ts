import { causeMessage } from "../../shared/workflow/cause.ts";
import { html, type Markup } from "../markup.ts";
import type { Story } from "../story.ts";
import { table } from "../table.ts";
import { plural } from "./headline.ts";

/** Who was left out of which round, and why; undefined where everybody always reported. */
export function silentClients({ result: { dataset }, rounds }: Story): Markup | undefined {
  const missed = rounds.flatMap(({ round, silent }) => silent.map((one) => ({ round, ...one })));
  if (missed.length === 0) return undefined;
  const clients = new Set(missed.map(({ client }) => client)).size;
  return html`<section aria-labelledby="silent"><h2 id="silent">Silent clients</h2>
<p class="intro">${plural(clients, "client")} did not report ${plural(missed.length, "time")}; the rounds went on
without them.</p>
${table(
  "Clients that did not report",
  [
    { title: "round" },
    { title: "client" },
    { title: "was to", align: "left" },
    { title: "error", align: "left" },
    { title: "cause", align: "left" },
  ],
  missed.map(({ round, client, task, error, cause }) => [
    round,
    dataset.owners?.[client] ?? client,
    task,
    error,
    causeMessage(cause),
  ]),
)}</section>`;
}
