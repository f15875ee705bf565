import type { Evaluation } from "../metrics/evaluation.ts";
import { localAmount } from "../model/local-work.ts";
import type { Participant } from "../rounds/participants.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { UpdateHeader } from "../workflow/round-records.ts";

/**
 * What is false of an update's header, or undefined. The plan determines who evaluates on how many examples of each
 * class, and who trains how much: a claim of it counts only where it is that. What the plan cannot know, which of the
 * examples were predicted right and at what loss, must at least be possible.
 */
export function falseClaim(
  plan: Plan,
  round: number,
  { client, task }: Participant,
  header: UpdateHeader,
): string | undefined {
  if (header.run !== plan.run || header.round !== round || header.client !== client) {
    return `says that it is round ${header.round}, client ${header.client} of run ${JSON.stringify(header.run)}`;
  }
  return (
    falseEvaluation(header.evaluation, heldOutLabels(plan, client)) ??
    falseTraining(plan, task === "train" ? trainedOf(plan, client) : 0, header)
  );
}

/** Examples of each class that the plan has a participant evaluate on. */
function heldOutLabels({ clients, examiner, testSet }: Plan, client: number): readonly number[] {
  const labels =
    client === examiner ? testSet?.labelCounts : clients.find((one) => one.client === client)?.heldOutLabels;
  return labels ?? [];
}

function trainedOf({ clients }: Plan, client: number): number {
  return clients.find((one) => one.client === client)?.train ?? 0;
}

function falseEvaluation(evaluation: Evaluation, labels: readonly number[]): string | undefined {
  const { confusion, lossSum } = evaluation;
  if (confusion.length !== labels.length) {
    return `evaluates ${confusion.length} classes, not ${labels.length}`;
  }
  const rows = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const wrong = rows.findIndex((count, label) => count !== labels[label]);
  if (wrong >= 0) {
    return `evaluates ${rows[wrong]} examples of class ${wrong}, and is to evaluate ${labels[wrong]}`;
  }
  const [least, most] = possibleLoss(evaluation);
  if (lossSum >= least && lossSum <= most) return undefined;
  return `evaluates at a summed loss of ${lossSum}, and its predictions allow ${least} to ${most}`;
}

/** The largest loss of one example that a trainer can report: a float32. */
const mostLoss = (2 - 2 ** -23) * 2 ** 127;
/** Share by which a sum of float32 losses may miss what it would be exactly. */
const rounding = 0.01;

/**
 * The least and the most that the losses -ln p(actual class) can add up to: p is at least 1 / classes where the actual
 * class was predicted, and at most 1 / 2 where another one was.
 */
function possibleLoss({ examples, confusion }: Evaluation): [number, number] {
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const wrong = examples - right;
  return [
    (1 - rounding) * wrong * Math.LN2,
    (1 + rounding) * right * Math.log(confusion.length) + wrong * mostLoss,
  ];
}

/** @param count examples that the plan gives the client to train with; 0 where it is only to evaluate */
function falseTraining(
  { config }: Pick<Plan, "config">,
  count: number,
  { examples, steps, seen, lossSum }: UpdateHeader,
): string | undefined {
  const planned = count > 0 ? localAmount(config.training, count) : { steps: 0, seen: 0 };
  const claims = [
    { claimed: examples, expected: count, of: "examples" },
    { claimed: steps, expected: planned.steps, of: "minibatches" },
    { claimed: seen, expected: planned.seen, of: "examples seen in training" },
  ];
  const wrong = claims.find(({ claimed, expected }) => claimed !== expected);
  if (wrong) return `claims ${wrong.claimed} ${wrong.of}, and the plan gives ${wrong.expected}`;
  if (lossSum >= 0 && lossSum <= seen * mostLoss) return undefined;
  return `claims a summed training loss of ${lossSum} over ${seen} examples`;
}
