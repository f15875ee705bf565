import type { Epsilons } from "../shared/privacy/accountant/epsilon.ts";
import { oneRule, textTable } from "./text-table.ts";

/** For a terminal: what a composition costs by both accountants, epsilons rounded up. */
export function epsilonText({ rdp, pld }: Epsilons, delta: number): string {
  const table = textTable(
    ["accountant", "epsilon", ""],
    [
      ["PLD", String(roundedUp(pld.epsilon)), "the figure to report"],
      ["RDP", String(roundedUp(rdp.epsilon)), `at order ${rdp.order}; adds up over runs`],
    ],
    { chars: oneRule, colAligns: ["left", "right", "left"] },
  );
  return (
    `epsilon at delta ${delta}\n${table}\n` +
    "Holds where each example takes part in each step by itself, with probability q (Poisson sampling), and for data sets\n" +
    "that differ by one example, which is there or not."
  );
}

/** To six digits, never less than it is. */
export function roundedUp(value: number): number {
  const rounded = Number(value.toPrecision(6));
  if (rounded >= value) return rounded;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 5);
  return Number((rounded + unit).toPrecision(6));
}
