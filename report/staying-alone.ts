import { taskOf } from "../shared/task/tasks.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { shownScore } from "./measure.ts";
import { wholeNumber } from "./numbers.ts";

/** What the federation gains its owners over staying alone; undefined where too few tell it. */
export function aloneSentence({ config, alone }: Pick<Outcome, "config" | "alone">): string | undefined {
  if (!alone) return undefined;
  const [before, after] = taskOf(config).words.scored;
  const { owners, examples, federated, alone: own } = alone;
  return (
    `the federated model ${before} ${shownScore(config, federated)} ${after} the ${wholeNumber(examples)} examples that ` +
    `${wholeNumber(owners)} owners hold out; trained alone by each, the same model ${before} ${shownScore(config, own)}`
  );
}
