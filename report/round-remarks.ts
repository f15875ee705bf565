import { standingOut } from "../shared/update/standing-out.ts";
import { causeMessage } from "../shared/workflow/cause.ts";
import type { RoundMetrics } from "../shared/workflow/round-records.ts";
import { clientName, shortened } from "./names.ts";
import { measured } from "./numbers.ts";

/** Characters of a cause, of which a client may have said most. */
const longestCause = 160;

function inOneLine(cause: string): string {
  return shortened(causeMessage(cause).replaceAll(/\s+/g, " "), longestCause);
}

/** Whose data they are, where clients have names. */
export interface Named {
  readonly owners?: readonly string[] | undefined;
}

/** What a person who watches rounds has to hear of each: who was left out and why, and whose update stands out. */
export function roundRemarks(rounds: readonly RoundMetrics[], named: Named = {}): string[] {
  return rounds.flatMap((metrics) => [
    ...metrics.silent.map(
      ({ client, error, cause }) =>
        `round ${metrics.round}: ${clientName(named, client)} was left out: ${error}${cause && `: ${inOneLine(cause)}`}`,
    ),
    ...(metrics.masks?.silent ?? []).map(
      ({ helper, error, cause }) =>
        `round ${metrics.round}: helper ${helper} opened nothing: ${error}${cause && `: ${inOneLine(cause)}`}; two others ` +
        "did, and two of the three sums have one witness",
    ),
    ...standingOut([metrics]).map(
      ({ round, client, norm, median }) =>
        `round ${round}: the update of ${clientName(named, client)} stands out: its norm is ${measured(norm)}, ` +
        `${measured(norm / median)} times the round's median`,
    ),
  ]);
}

/** Shown below a table of rounds: beyond these the report has all of them. */
const mostRemarks = 12;

/** The same below such a table; nothing where there are none. */
export function remarksBelow(rounds: readonly RoundMetrics[], named: Named): string {
  const remarks = roundRemarks(rounds, named);
  if (remarks.length === 0) return "";
  const left = remarks.length - mostRemarks;
  const more = left > 0 ? [`and ${left} more, which the report has`] : [];
  return `\n\n${[...remarks.slice(0, mostRemarks), ...more].join("\n")}`;
}
