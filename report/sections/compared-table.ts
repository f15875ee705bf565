import type { Score } from "../../shared/task/score.ts";
import type { Besides, Compared } from "../charts/comparison.ts";
import type { Markup } from "../markup.ts";
import { shownAs } from "../measure.ts";
import { measured, wholeNumber } from "../numbers.ts";
import { table } from "../table.ts";

/** What the chart shows, in numbers. @param what each of the compared is @param besides whose model stands beside the federated one */
export function comparedTable(
  title: string,
  what: string,
  compared: readonly Compared[],
  scale: Score["scale"],
  besides: Besides = "centralized",
): Markup {
  const show = shownAs(scale);
  const shown = (value: number | null) => (value === null ? "" : show(value));
  const both = compared.some(({ beside }) => beside !== null);
  const differing = (difference: number) =>
    `${difference > 0 ? "+" : ""}${scale === "share" ? (100 * difference).toFixed(2) : measured(difference)}`;
  return table(
    title,
    [
      { title: what, align: "left" },
      { title: "examples" },
      { title: "federated" },
      ...(both
        ? [{ title: besides }, { title: scale === "share" ? "difference in points" : "difference" }]
        : []),
    ],
    compared.map(({ name, examples, federated, beside }) => [
      name,
      wholeNumber(examples),
      shown(federated),
      ...(both
        ? [shown(beside), federated === null || beside === null ? "" : differing(federated - beside)]
        : []),
    ]),
  );
}
