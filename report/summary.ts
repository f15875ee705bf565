import Table from "cli-table3";
import { presets } from "../shared/config/presets.ts";
import type { Result } from "../shared/workflow/records.ts";
import { billSentence, takenSentence } from "./bill.ts";
import { percent } from "./percent.ts";
import { trainedRounds } from "./trained-rounds.ts";

/** The outcome of a run for a terminal: what federation cost, beside what was published where there is something. */
export function summary(result: Result): string {
  const { federated, baseline, ratio, config, dataset, invocations } = result;
  const published = presets[config.preset]?.published;
  const rows = [
    ["federated", percent(federated.accuracy), published && percent(published.federated)],
    ...(baseline
      ? [["centralized", percent(baseline.accuracy), published && percent(published.baseline)]]
      : []),
    ...(ratio === null
      ? []
      : [["ratio", ratio.toFixed(4), published && (published.federated / published.baseline).toFixed(4)]]),
  ];
  const table = new Table({
    head: ["", "accuracy", ...(published ? ["published"] : [])],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right"],
  });
  for (const row of rows) table.push(row.filter((cell): cell is string => cell !== undefined));
  const model = [dataset.features, ...config.model.hidden, dataset.classes].join("-");
  return [
    `run ${result.run}`,
    table.toString(),
    `${config.federation.strategy.name}, ${result.clients.length} clients, ${trainedRounds(result)}` +
      `${baseline ? `, ${baseline.epochs.length} epochs centralized` : ""}, model ${model}, seed ${config.seed}`,
    `${dataset.examples.toLocaleString("en")} examples of ${dataset.name} (${dataset.source})`,
    `${result.seconds.toFixed(1)} s, ${invocations.count} Lambda invocations (${invocations.cold} cold), ` +
      `${(invocations.billedMs / 1000).toFixed(1)} s billed, ${invocations.gbSeconds.toFixed(1)} GB-s`,
    ...(result.cost ? [billSentence(result.cost)] : []),
    ...(result.from ? [takenSentence(result.from)] : []),
    `weights sha256 federated   ${federated.weightsSha256}`,
    ...(baseline ? [`               centralized ${baseline.weightsSha256}`] : []),
  ].join("\n");
}
