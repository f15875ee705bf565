import { evaluators } from "../shared/rounds/participants.ts";
import { selectedCount } from "../shared/rounds/selection.ts";
import { taskOf } from "../shared/task/tasks.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { shownAs } from "./measure.ts";
import { wholeNumber } from "./numbers.ts";

type Evaluated = Pick<Outcome, "config" | "clients" | "federated">;

/** What the figures of several rounds are over. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** How many examples a model is evaluated on where nobody is silent: all that clients hold out, or the test set. */
export function allExamples({ config, clients, federated }: Evaluated): number {
  // who has the test set is never missed: without it a round has no figure, and ends the run
  if (config.federation.evaluation === "test-set") return federated.examples;
  return clients.reduce((sum, { heldOut }) => sum + heldOut, 0);
}

/** "1,999", or "176 of 401" where some who hold out the others did not report. */
export function examplesOf(examples: number, all: number): string {
  return examples === all ? wholeNumber(examples) : `${wholeNumber(examples)} of ${wholeNumber(all)}`;
}

/** What the ratio is of, where the two models were not evaluated on the same examples; else there is nothing to say. */
export function ratioNote({ config, federated, baseline, compared }: Outcome): string | undefined {
  if (!baseline || federated.examples === baseline.examples) return undefined;
  const unlike =
    `the federated model was evaluated on ${wholeNumber(federated.examples)} examples, the centralized one on ` +
    wholeNumber(baseline.examples);
  if (!compared) return `no ratio: ${unlike}, and what it does on the same ones was not recorded`;
  const { score, words } = taskOf(config);
  const [before, after] = words.scored;
  return (
    `${unlike}: the ratio is over the ${wholeNumber(compared.examples)} that both have, ${after} which the centralized model ` +
    `${before} ${shownAs(score.scale)(compared.baseline)}`
  );
}

/** The least and the most of the numbers that are known; undefined where none is. */
export function rangeOf(counts: readonly (number | null)[]): Range | undefined {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? undefined : { least: Math.min(...known), most: Math.max(...known) };
}

/** "71 to 230 examples" */
export function spokenRange({ least, most }: Range): string {
  return `${least === most ? wholeNumber(least) : `${wholeNumber(least)} to ${wholeNumber(most)}`} examples`;
}

/** Whether every round's model was evaluated on all that there is; runs of 0.1.0 tell it by their configuration. */
export function roundsOverAll(outcome: Evaluated): boolean {
  const { config, clients, federated } = outcome;
  const range = rangeOf(federated.rounds.map(({ examples }) => examples));
  if (range) return range.least === allExamples(outcome);
  return (
    evaluators(config) !== "selected" || selectedCount(config.federation, clients.length) === clients.length
  );
}

/** Whose examples a round's figure is over where that is not everybody's. */
export function roundsOverSome({ config, federated }: Evaluated): string {
  const range = rangeOf(federated.rounds.map(({ examples }) => examples));
  const who =
    evaluators(config) === "selected"
      ? "those who were selected for a round"
      : "those who reported in a round";
  return `what ${who} hold out${range ? `, ${spokenRange(range)}` : ""}`;
}
