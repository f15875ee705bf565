import type { Outcome } from "../shared/workflow/records.ts";
import { wholeNumber } from "./numbers.ts";
import { percent } from "./percent.ts";

type Evaluated = Pick<Outcome, "config" | "clients" | "federated">;

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
export function ratioNote({ federated, baseline, compared }: Outcome): string | undefined {
  if (!baseline || federated.examples === baseline.examples) return undefined;
  const unlike =
    `the federated model was evaluated on ${wholeNumber(federated.examples)} examples, the centralized one on ` +
    wholeNumber(baseline.examples);
  if (!compared) return `no ratio: ${unlike}, and what it does on the same ones was not recorded`;
  return (
    `${unlike}: the ratio is over the ${wholeNumber(compared.examples)} that both have, of which the centralized model ` +
    `is right for ${percent(compared.baseline)}`
  );
}
