import type { Dataset } from "../shared/dataset/dataset.ts";
import { FedstepError } from "../shared/errors.ts";
import { masks } from "./defences.ts";
import { openedBy } from "./masked.ts";
import { playRound } from "./round.ts";
import { hidden } from "./scenarios.ts";

/** What helpers answer whoever asks for sums. */
export interface Asked {
  readonly what: string;
  /** The name of the error, or `sums`. */
  readonly answer: string;
}

/**
 * Asks the helpers of a round of four clients for the sum of one client alone; for that of all four; and then, of the same model, for
 * that of three of them: of the two sums the difference would be the fourth one's update.
 */
export async function difference(dataset: Dataset): Promise<Asked[]> {
  const asked: Asked[] = [];
  const cohort = { clients: 4, examples: 8, hidden, seed: 1, set: [...masks, "federation.quorum=0.25"] };
  await playRound(dataset, cohort, undefined, async (round, writer) => {
    for (const [what, clients] of [
      ["the sum of one client", 1],
      ["the sum of all four clients", 4],
      ["the same sum again", 4],
      ["then the sum of three of them, of the same model", 3],
    ] as const) {
      const reports = round.reports.slice(0, clients);
      asked.push({ what, answer: await answerOf(() => openedBy({ ...round, reports }, writer)) });
    }
  });
  return asked;
}

async function answerOf(ask: () => ReturnType<typeof openedBy>): Promise<string> {
  try {
    const answers = await ask();
    const declined = answers.flatMap((one) => ("declined" in one ? [one.declined.error] : []));
    return declined[0] ?? "sums";
  } catch (error) {
    if (error instanceof FedstepError) return error.name;
    throw error;
  }
}
