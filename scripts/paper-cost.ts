import { markdownTable } from "markdown-table";
import { mnistSize } from "../cloud/cost/data-size.ts";
import { estimateRun } from "../cloud/cost/estimate.ts";
import { sizingOf } from "../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../functions/footprints.ts";
import { dollarAmount } from "../report/bill.ts";
import { billLines } from "../report/cost-table.ts";
import { duration } from "../report/numbers.ts";
import { resolveConfig } from "../shared/config/resolve.ts";

/** What the paper's run costs on a stack without settings, as fedstep cost --preset paper says. */
export function paperCost(): string {
  const estimate = estimateRun(
    sizingOf(resolveConfig({ preset: "paper" }), mnistSize),
    defaultDeployment,
    footprints,
  );
  const { bill, gbSeconds, seconds } = estimate;
  const all = Object.values(gbSeconds).reduce((sum, one) => sum + one, 0);
  const rows = billLines(bill, all).map(({ cells }) => cells);
  const total = [`a run, of about ${duration(seconds)}`, "", `**${dollarAmount(bill.dollars)}**`, ""];
  return markdownTable([["", "amount", "US dollars", "share"], ...rows, total], { alignDelimiters: false });
}
