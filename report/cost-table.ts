import type { CostEstimate } from "../cloud/cost/estimate.ts";
import type { Kept } from "../cloud/cost/storage.ts";
import { type Deployment, limitsOf } from "../cloud/deployment.ts";
import { prices } from "../cloud/prices.ts";
import type { Config } from "../shared/config/schema.ts";
import type { Bill, BillLine } from "../shared/workflow/bill.ts";
import { dollarAmount, largestLine, lineNames, shareOf } from "./bill.ts";
import { duration, wholeNumber } from "./numbers.ts";
import { textTable } from "./text-table.ts";

/** A stack on AWS. */
export interface Place {
  readonly stack: string;
  readonly region: string;
}

/** What stands beside the bill where clients are owners who keep their data. */
export interface OwnersCost {
  readonly federation: string;
  readonly version: number;
  readonly members: number;
  readonly signed: number;
  /** Owners that the estimate is for. */
  readonly count: number;
  /** Minutes that a round waits for an owner of whom it hears nothing, and those that it waits at the most. */
  readonly waitMinutes: number;
  readonly longestMinutes: number;
  /** US dollars for what one owner's process asks in an hour of training, and in a month without a run. */
  readonly hourAtWork: number;
  readonly idleMonth: number;
}

/** What a run has cost, and what it keeps. */
export interface Spending {
  readonly run: string;
  /** Whether the bill is that of the run's result; else it is as if the run ended now. */
  readonly recorded: boolean;
  readonly bill: Bill;
  readonly gbSeconds: number;
  readonly kept: Kept;
  /** US dollars a month for it. */
  readonly monthly: number;
  /** Of the whole run, where it has a plan and goes on. */
  readonly estimate: CostEstimate | undefined;
}

/**
 * An estimate for a terminal: a line for each thing that is paid for, and what most of it comes from.
 * @param functions that are deployed, by name
 */
export function costTable(
  config: Config,
  estimate: CostEstimate,
  deployment: Deployment,
  functions: readonly string[],
  place: Place | undefined,
  owners?: OwnersCost,
): string {
  const { bill, gbSeconds, monthly, kept, seconds } = estimate;
  return [
    billTable(bill, total(gbSeconds)),
    drivers(config, estimate),
    keeping(kept, monthly),
    ...(owners ? ofOwners(owners) : [`about ${duration(seconds)}, if nothing is throttled`]),
    `${place ? `on stack ${place.stack} in ${place.region}` : "as deployed without settings"}: ${offer(deployment, functions)}`,
    ...priceNotes(place),
    "times are estimated, the rest is counted; not in it: retries, uploading and watching, the stack's alarms and dashboard",
  ].join("\n");
}

function ofOwners({ federation, version, members, signed, count, ...owners }: OwnersCost): string[] {
  return [
    `${count} owners of ${federation}, of whose ${members} members ${signed} have signed version ${version} of the agreement`,
    `a round takes as long as its slowest owner: it waits ${owners.waitMinutes} minutes for one of whom it hears nothing, and ` +
      `${owners.longestMinutes} for one at work`,
    `beside it, for each owner: ${dollarAmount(owners.hourAtWork)} dollars an hour of being at work, and ` +
      `${dollarAmount(owners.idleMonth)} dollars a month of asking while nothing waits`,
  ];
}

/** What a run has cost, likewise; where it goes on, beside the estimate of all of it. */
export function spendingTable(spending: Spending, place: Place | undefined): string {
  const { run, recorded, bill, gbSeconds, kept, monthly, estimate } = spending;
  return [
    recorded
      ? `actual bill of run ${run}, as its result records it`
      : `run ${run} so far, as if it ended now; the baseline's Lambda time is known when its invocation ends`,
    billTable(bill, gbSeconds, estimate?.bill),
    keeping(kept, monthly),
    ...priceNotes(place),
    "not in it: attempts that failed, uploading and watching, the stack's alarms and dashboard",
  ].join("\n");
}

function billTable(bill: Bill, gbSeconds: number, estimate?: Bill): string {
  const estimated = (dollars: number | undefined) => (dollars === undefined ? [] : [dollarAmount(dollars)]);
  return textTable(
    ["", "amount", "US dollars", "share", ...(estimate ? ["estimate"] : [])],
    [
      ...billLines(bill, gbSeconds).map(({ line, cells }) => [...cells, ...estimated(estimate?.lines[line])]),
      ["a run", "", dollarAmount(bill.dollars), "", ...estimated(estimate?.dollars)],
    ],
    { colAligns: ["left", "right", "right", "right", "right"] },
  );
}

/** A row for each thing that is paid for: its name, how much of it, dollars, share. */
export function billLines(bill: Bill, gbSeconds: number): { line: BillLine; cells: string[] }[] {
  return (Object.keys(lineNames) as BillLine[]).map((line) => ({
    line,
    cells: [
      lineNames[line],
      amountOf(line, bill, gbSeconds),
      dollarAmount(bill.lines[line]),
      shareOf(bill, line),
    ],
  }));
}

/** What is paid for, told from the dollars; Lambda's price depends on the processor. */
function amountOf(line: BillLine, { lines }: Bill, gbSeconds: number): string {
  const counted = (price: number) => wholeNumber(Math.round(lines[line] / price));
  switch (line) {
    case "transitions":
      return counted(prices.stateTransition);
    case "lambdaTime":
      return `${gbSeconds.toFixed(1)} GB-s`;
    case "lambdaRequests":
      return counted(prices.lambdaRequest);
    case "s3Writes":
      return counted(prices.s3Write);
    case "s3Reads":
      return counted(prices.s3Read);
    case "logs":
      return megabytes((lines.logs / prices.logsGb) * 2 ** 30);
    case "metrics":
      return `${(lines.metrics / prices.metricMonth).toFixed(3)} months`;
  }
}

/** What the largest line comes from, and what would make it smaller. */
function drivers({ federation, partition }: Config, { bill, gbSeconds }: CostEstimate): string {
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

function keeping(kept: Kept, monthly: number): string {
  return (
    `keeping its ${megabytes(kept.data + kept.updates + kept.models)} in S3 costs ${dollarAmount(monthly)} dollars a month, ` +
    `${megabytes(kept.updates)} of it what clients sent`
  );
}

/** Processor, and what memory each function has. */
function offer(deployment: Deployment, functions: readonly string[]): string {
  const memory = functions.map((name) => `${name} ${wholeNumber(limitsOf(deployment, name).memoryMb)} MB`);
  return `${deployment.architecture}, ${memory.join(", ")}`;
}

function priceNotes(place: Place | undefined): string[] {
  const listed = `list prices in ${prices.region} of ${prices.asOf}, without free tiers`;
  if (place === undefined || place.region === prices.region) return [listed];
  return [
    listed,
    `note: the stack is in ${place.region}, where AWS lists other prices than in ${prices.region}`,
  ];
}

function total(gbSeconds: CostEstimate["gbSeconds"]): number {
  return Object.values(gbSeconds).reduce((sum, one) => sum + one, 0);
}

function megabytes(bytes: number): string {
  return `${wholeNumber(Math.ceil(bytes / 1e6))} MB`;
}
