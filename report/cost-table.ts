import Table from "cli-table3";
import type { Config } from "../shared/config/schema.ts";
import type { BillLine } from "../shared/cost/bill.ts";
import type { Estimate } from "../shared/cost/estimate.ts";
import { prices } from "../shared/prices.ts";
import { dollarAmount, largestLine, lineNames, shareOf } from "./bill.ts";
import { duration, wholeNumber } from "./numbers.ts";

/** An estimate for a terminal: a line for each thing that is paid for, and what most of it comes from. */
export function costTable(config: Config, estimate: Estimate): string {
  const { bill, monthly, kept, seconds } = estimate;
  const table = new Table({
    head: ["", "amount", "US dollars", "share"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right"],
  });
  for (const line of Object.keys(lineNames) as BillLine[]) {
    table.push([
      lineNames[line],
      amountOf(line, estimate),
      dollarAmount(bill.lines[line]),
      shareOf(bill, line),
    ]);
  }
  table.push(["a run", "", dollarAmount(bill.dollars), ""]);
  const bytes = kept.data + kept.updates + kept.models;
  return [
    table.toString(),
    drivers(config, estimate),
    `keeping its ${megabytes(bytes)} in S3 costs ${dollarAmount(monthly)} dollars a month, ${megabytes(kept.updates)} of it ` +
      "what clients sent",
    `about ${duration(seconds)}, if nothing is throttled`,
    `list prices in ${prices.region} of ${prices.asOf}, without free tiers; times are estimated, the rest is counted`,
    "not in it: retries, uploading and watching, the stack's alarms and dashboard",
  ].join("\n");
}

function amountOf(line: BillLine, { transitions, invocations, requests, gbSeconds, bill }: Estimate): string {
  switch (line) {
    case "transitions":
      return wholeNumber(transitions);
    case "lambdaTime":
      return `${Object.values(gbSeconds)
        .reduce((sum, one) => sum + one, 0)
        .toFixed(1)} GB-s`;
    case "lambdaRequests":
      return wholeNumber(invocations);
    case "s3Writes":
      return wholeNumber(requests.writes);
    case "s3Reads":
      return wholeNumber(requests.reads);
    case "logs":
      return megabytes((bill.lines.logs / prices.logsGb) * 2 ** 30);
    case "metrics":
      return `${(bill.lines.metrics / prices.metricMonth).toFixed(3)} months`;
  }
}

/** What the largest line comes from, and what would make it smaller. */
function drivers({ federation, partition }: Config, { bill, gbSeconds }: Estimate): string {
  const largest = largestLine(bill);
  const share = `${shareOf(bill, largest)} of it is ${lineNames[largest]}`;
  if (largest === "lambdaTime") {
    const functions = Object.entries(gbSeconds).sort(([, a], [, b]) => b - a);
    return `${share}, most of that ${functions[0]?.[0]}: a narrower model or fewer epochs cost less`;
  }
  if (largest === "metrics")
    return `${share}, which are billed by the hour: a longer run costs no more of it`;
  return (
    `${share}: one state for each participant of ${wholeNumber(federation.rounds)} rounds over ` +
    `${wholeNumber(partition.clients)} clients;\nfewer rounds of more local epochs, or a smaller federation.fraction, cost less`
  );
}

function megabytes(bytes: number): string {
  return `${wholeNumber(Math.ceil(bytes / 1e6))} MB`;
}
