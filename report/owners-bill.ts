import type { OwnersBill } from "../cloud/cost/owner.ts";
import { prices } from "../cloud/prices.ts";
import { dollarAmount } from "./bill.ts";
import { textTable } from "./text-table.ts";

/** What an owner in an account of its own pays, for a terminal. */
export function ownersBillTable({ idleMonth, rounds, jobs, ofRounds, keptMonth }: OwnersBill): string {
  const lines: [string, number][] = [
    ["Lambda, time", ofRounds.lambdaTime],
    ["Lambda, requests", ofRounds.lambdaRequests],
    ["S3, PUT and LIST", ofRounds.s3Writes],
    ["S3, GET", ofRounds.s3Reads],
    ["CloudWatch Logs", ofRounds.logs],
    ...(ofRounds.keyRequests > 0 ? [["KMS, requests", ofRounds.keyRequests] as [string, number]] : []),
    [`in all, for ${rounds} rounds`, ofRounds.total],
    ["a month while nobody asks", idleMonth.total],
    ["a month for what these rounds leave", keptMonth],
  ];
  const table = textTable(
    ["an owner in an account of its own pays", "US dollars"],
    lines.map(([name, dollars]) => [name, dollarAmount(dollars)]),
  );
  return [
    table,
    `${jobs} jobs, the final pass among them; list prices of ${prices.region} as of ${prices.asOf}. The requests to the coordinator's bucket are the coordinator's.`,
  ].join("\n");
}
