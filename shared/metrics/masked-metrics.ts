import type { OpenedRound } from "../rounds/masked-round.ts";
import type { Participant } from "../rounds/participants.ts";
import type { MasksOpened } from "../secure-aggregation/records.ts";
import { figuresOf, taskOf } from "../task/tasks.ts";
import { chainAfter, roundLink } from "../workflow/chain.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { countedOf, type RoundMetrics, type RoundUpdates } from "../workflow/round-records.ts";
import type { NextGlobal } from "./round-metrics.ts";

/**
 * What a round of masked updates leaves to people and to the result: AggregateRound writes it, and fedstep verify reckons it again. Of
 * a client it says that it took part, and on how many examples by the plan; what its figures are, nobody can tell.
 */
export function maskedOutcomeOf(
  { config, clients }: Pick<Plan, "config" | "clients">,
  { round, attempt, updates, silent, masks }: RoundUpdates & { readonly masks: MasksOpened },
  {
    evaluation,
    trained,
  }: Pick<OpenedRound, "evaluation"> & {
    readonly trained: Omit<NonNullable<OpenedRound["trained"]>, "next"> | null;
  },
  participants: readonly Participant[],
  { before, after }: NextGlobal,
): RoundMetrics {
  const task = taskOf(config);
  const heldOut = (client: number) => clients.find((one) => one.client === client)?.heldOut ?? 0;
  const withheld = { [task.score.name]: null, loss: null, trainingLoss: null, update: null };
  const metrics = {
    round,
    attempt,
    task: after ? "train" : "evaluate",
    evaluated: { round: round - 1, examples: evaluation.examples, ...figuresOf(task, evaluation) },
    clients: updates.map(({ client }) => ({
      client,
      examples: heldOut(client),
      ...withheld,
      task: participants.find((one) => one.client === client)?.task,
    })),
    summed: { trainingLoss: trained?.loss ?? null, norm: trained?.norm ?? null },
    silent: [...silent],
    updates: updates.map(countedOf),
    masks,
    weightsSha256: after?.weightsSha256 ?? null,
    stateSha256: after?.stateSha256 ?? null,
  } as unknown as Omit<RoundMetrics, "chainSha256">;
  return { ...metrics, chainSha256: chainAfter(roundLink(before.chainSha256, metrics)) };
}
