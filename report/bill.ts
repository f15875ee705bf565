import { prices } from "../cloud/prices.ts";
import type { Bill, BillLine } from "../shared/workflow/bill.ts";
import type { Result } from "../shared/workflow/result-record.ts";

export const lineNames: Readonly<Record<BillLine, string>> = {
  transitions: "Step Functions transitions",
  lambdaTime: "Lambda time",
  lambdaRequests: "Lambda requests",
  s3Writes: "S3 writes",
  s3Reads: "S3 reads",
  logs: "CloudWatch logs",
  metrics: "CloudWatch metrics",
};

export function largestLine({ lines }: Bill): BillLine {
  const all = Object.entries(lines) as [BillLine, number][];
  return all.reduce((most, line) => (line[1] > most[1] ? line : most))[0];
}

export function shareOf({ dollars, lines }: Bill, line: BillLine): string {
  return `${((100 * lines[line]) / dollars).toFixed(0)} %`;
}

/** To a hundredth of a cent, and small amounts to two figures. */
export function dollarAmount(amount: number): string {
  return amount >= 0.01 || amount === 0 ? amount.toFixed(4) : amount.toPrecision(2);
}

/** Of a run that goes on from another one: whose rounds are not in its bill. */
export function takenSentence({ run, round }: NonNullable<Result["from"]>): string {
  const rounds = round === 1 ? "round 1 was" : `rounds 1 to ${round} were`;
  return `${rounds} taken from ${run}; time, invocations and cost are without them`;
}

/** One sentence of what a run has cost, or would have where it ran on this machine. */
export function billSentence(bill: Bill): string {
  const largest = largestLine(bill);
  return (
    `${dollarAmount(bill.dollars)} dollars on AWS at list prices of ${prices.asOf}, ${shareOf(bill, largest)} of it ` +
    lineNames[largest]
  );
}
