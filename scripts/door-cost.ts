import { markdownTable } from "markdown-table";
import { settingsSchema } from "../cdk/settings.ts";
import { type DoorCost, idleMonth, worstDay } from "../cloud/cost/door.ts";
import { defaultDeployment } from "../functions/footprints.ts";
import { idleSeconds } from "../shared/owners/waiting-job.ts";

/** What the door costs while nothing waits, and while somebody floods it, as it is deployed without further settings. */
export function doorCost(): string {
  const { doorConcurrency } = settingsSchema.parse({});
  const rows = [
    ["nobody asks", "0", "0", "0", "0", "**0**"],
    row(
      `an owner's process asks every ${idleSeconds} s for a month`,
      idleMonth(defaultDeployment, idleSeconds),
    ),
    row(
      `a flood for a day, with \`doorConcurrency=${doorConcurrency}\``,
      worstDay(defaultDeployment, doorConcurrency),
    ),
  ];
  const head = ["", "requests", "Lambda requests", "Lambda time", "S3 reads", "US dollars"];
  return markdownTable([head, ...rows], { alignDelimiters: false });
}

function row(what: string, { requests, lambdaRequests, lambdaTime, s3Reads, total }: DoorCost): string[] {
  const dollars = (amount: number) => amount.toPrecision(2);
  return [
    what,
    requests.toLocaleString("en-US"),
    ...[lambdaRequests, lambdaTime, s3Reads].map(dollars),
    `**${total.toFixed(2)}**`,
  ];
}
